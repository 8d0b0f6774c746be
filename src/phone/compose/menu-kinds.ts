import type { MessageKind } from '../../sandbox/control/view.js'

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
