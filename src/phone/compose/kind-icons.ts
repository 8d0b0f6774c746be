import type { IconName } from '../parts/icon.js'
import type { MenuKind } from './menu-kinds.js'

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
