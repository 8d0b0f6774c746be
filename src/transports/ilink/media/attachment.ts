import { FileError } from '../../../errors.js'
import type { Message } from '../../../message/message.js'
import { type Dict, dict, int, list, text } from '../../../util/read.js'
import { ITEM_TYPE } from '../wire/message.js'

/** Where the media of a message is and how to read it. Absent texts are `''`. */
export interface Attachment {
  /** The complete URL; not yet checked. */
  fullUrl: string
  /** Reference on the media server. */
  reference: string
  /** Preferred to `base64Key`. */
  hexKey: string
  base64Key: string
  /** Whether the file is not encrypted if the message has no key. */
  mayBePlain: boolean
  /** Size as declared by the sender. */
  sizeBytes?: number | undefined
  /** MD5 as declared by the sender, in lower-case hex. */
  md5?: string | undefined
}

const MEMBERS: Readonly<Record<number, string>> = {
  [ITEM_TYPE.image]: 'image_item',
  [ITEM_TYPE.voice]: 'voice_item',
  [ITEM_TYPE.file]: 'file_item',
  [ITEM_TYPE.video]: 'video_item',
}

/**
 * Finds the media of a message, or its thumbnail if that is requested and present.
 *
 * @throws FileError when the message has no media
 * @see docs/ilink.md §4.2, §6.2
 */
export function attachmentOf(message: Pick<Message, 'raw' | 'Type'>, thumbnail: boolean): Attachment {
  const wire = dict(list(message.raw.item_list)[0])
  const type = int(wire.type, 0)
  const item = dict(wire[MEMBERS[type] ?? ''])
  const [media, thumb] = [dict(item.media), dict(item.thumb_media)]
  const mayBePlain = type === ITEM_TYPE.image
  const hexKey = text(item.aeskey)
  if (thumbnail && hasReference(thumb)) {
    const base64Key = text(thumb.aes_key)
    // The key in hex is that of the picture: its thumbnail may have another.
    return { ...locationOf(thumb), hexKey: base64Key === '' ? hexKey : '', base64Key, mayBePlain }
  }
  if (hasReference(media)) {
    const declared = { sizeBytes: size(text(item.len)), md5: md5(text(item.md5) || text(item.video_md5)) }
    return { ...locationOf(media), hexKey, base64Key: text(media.aes_key), mayBePlain, ...declared }
  }
  throw new FileError(`download: a message of type ${message.Type} with an item of type ${type} has no media.`, {
    path: '',
  })
}

function hasReference(media: Dict): boolean {
  const { fullUrl, reference } = locationOf(media)
  return fullUrl !== '' || reference !== ''
}

function locationOf(media: Dict): Pick<Attachment, 'fullUrl' | 'reference'> {
  return { fullUrl: text(media.full_url), reference: text(media.encrypt_query_param) }
}

function size(digits: string): number | undefined {
  return /^[1-9]\d{0,14}$/.test(digits) ? Number(digits) : undefined
}

function md5(hex: string): string | undefined {
  return /^[0-9a-f]{32}$/i.test(hex) ? hex.toLowerCase() : undefined
}
