import type { MessageType } from '../../../message/fields.js'
import { ITEM_TYPE } from '../wire/message.js'

const TYPES: Readonly<Record<number, MessageType>> = {
  [ITEM_TYPE.text]: 'Text',
  [ITEM_TYPE.image]: 'Picture',
  [ITEM_TYPE.voice]: 'Recording',
  [ITEM_TYPE.file]: 'Attachment',
  [ITEM_TYPE.video]: 'Video',
}

/** The message type of an item; `Unknown` for one that is not documented. @see docs/ilink.md §4.2 */
export function typeOf(itemType: number): MessageType {
  return TYPES[itemType] ?? 'Unknown'
}
