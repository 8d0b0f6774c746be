import type { MessageKind } from '../../sandbox/control/view.js'
import type { IconName } from '../parts/icon.js'

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

export const KIND_ICONS: Readonly<Record<MenuKind, IconName>> = {
  image: 'image',
  voice: 'mic',
  video: 'film',
  file: 'file',
  sticker: 'cat',
  location: 'pin',
  card: 'card',
  link: 'link',
  music: 'music',
  miniProgram: 'mini',
  redPacket: 'gift',
  transfer: 'transfer',
  quote: 'quote',
  friendRequest: 'addFriend',
  unknown: 'braces',
}
