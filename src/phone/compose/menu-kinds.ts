import type { MessageKind } from '../../sandbox/control/view.js'

/** The kinds of the menu, in its order: five in a row. */
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
