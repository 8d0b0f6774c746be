import { type ChatView, CLAWBOT_KINDS, type MessageKind } from '../../sandbox/control/view.js'

/** Kinds in menu order, five per row. */
export const MENU_KINDS = [
  'image',
  'voice',
  'video',
  'file',
  'sticker',
  'location',
  'card',
  'link',
  'music',
  'miniProgram',
  'redPacket',
  'transfer',
  'quote',
  'friendRequest',
  'unknown',
] as const satisfies readonly MessageKind[]

export type MenuKind = (typeof MENU_KINDS)[number]

/** The kinds that can be sent to a chat. */
export function menuKindsOf({ kind: chatKind }: Pick<ChatView, 'kind'>): MenuKind[] {
  return MENU_KINDS.filter((kind) => chatKind !== 'clawbot' || CLAWBOT_KINDS.some((other) => other === kind))
}
