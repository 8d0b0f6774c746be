import { createContext } from 'preact'

/** The chat whose menu is open, and the menu's position. */
export interface MenuPlace {
  chatId: string
  x: number
  y: number
  /** Whether the menu was opened from the header of a chat, which is therefore already shown. */
  inHead: boolean
}

interface ChatMenuControl {
  place: MenuPlace | undefined
  open(place: MenuPlace): void
  close(): void
  /** Opens the rename dialog for a person or group. */
  rename(id: string): void
  /** Opens the dialog with the members of a group. */
  showMembers(id: string): void
  /** Opens the dialog in which a person joins a group by its QR code. */
  showJoin(id: string): void
}

/** Controls the menu shared by all chats and people. */
export const ChatMenuContext = createContext<ChatMenuControl>({
  place: undefined,
  open: () => undefined,
  close: () => undefined,
  rename: () => undefined,
  showMembers: () => undefined,
  showJoin: () => undefined,
})
