import { createContext } from 'preact'

/** A chat's menu, and the corner it hangs from. */
export interface MenuPlace {
  chatId: string
  x: number
  y: number
  /** Its opener shows the chat already. */
  inHead: boolean
}

interface ChatMenuControl {
  place: MenuPlace | undefined
  open(place: MenuPlace): void
  close(): void
  /** Asks for a new name of a person or group. */
  rename(id: string): void
}

/** The one menu of chats and people. */
export const ChatMenuContext = createContext<ChatMenuControl>({
  place: undefined,
  open: () => undefined,
  close: () => undefined,
  rename: () => undefined,
})
