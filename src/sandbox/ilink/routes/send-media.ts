import { ITEM_TYPE } from '../../../transports/ilink/wire/message.js'
import { MEDIA_TYPE } from '../../../transports/ilink/wire/upload.js'
import { type Fields, fieldsOf } from '../../read/fields.js'
import type { Content } from '../../world/message.js'
import type { UploadedFile } from '../cdn.js'
import type { DropReason } from '../clawbot-view.js'
import { hexKey } from '../crypto.js'
import type { IlinkExchange } from '../http/exchange.js'
import { nameOf, textOf } from '../text.js'

type MediaItemType = (typeof ITEM_TYPE)['image' | 'file' | 'video']

interface MediaOutcome {
  readonly content: Content
  readonly isBroken?: true
  readonly drop?: DropReason
}

const KINDS = {
  [ITEM_TYPE.image]: { kind: 'image', member: 'image_item', mediaType: MEDIA_TYPE.image },
  [ITEM_TYPE.file]: { kind: 'file', member: 'file_item', mediaType: MEDIA_TYPE.file },
  [ITEM_TYPE.video]: { kind: 'video', member: 'video_item', mediaType: MEDIA_TYPE.video },
} as const

/** Reads a picture, file or video that the program has uploaded. @see docs/ilink.md §6.1 */
export function readMedia(
  exchange: IlinkExchange,
  type: MediaItemType,
  item: Fields,
): MediaOutcome | { readonly drop: DropReason } {
  const { cdn } = exchange.service
  const { kind, member, mediaType } = KINDS[type]
  const fields = fieldsOf(item[member])
  const media = fieldsOf(fields.media)
  const reference = textOf(media.encrypt_query_param)
  const file = cdn.upload(reference)
  if (!file) return { drop: cdn.ticket(reference) ? 'uploadParam' : 'unknownReference' }
  const { ticket, medium } = file
  if (ticket.mediaType !== mediaType) exchange.warn('6.1', 'media_type of the upload differs from the kind of item')
  const name = kind === 'file' && typeof fields.file_name === 'string' ? nameOf(fields.file_name) : medium.name
  if (kind === 'file' && fields.len !== String(ticket.rawSize)) {
    exchange.warn('4.2', 'file_item.len is not the size of the file as a string')
  }
  const content: Content = { kind, media: { ...medium, name } }
  const drop = defectOf(exchange, type, fields, media, file)
  return drop === undefined ? { content } : { content, isBroken: true, drop }
}

/** Why the phone cannot show the medium; `undefined` if it can. */
function defectOf(
  exchange: IlinkExchange,
  type: MediaItemType,
  fields: Fields,
  media: Fields,
  { ticket }: UploadedFile,
): DropReason | undefined {
  const decoded = Buffer.from(nameOf(media.aes_key), 'base64')
  const isRaw = decoded.length === 16
  const key = isRaw ? decoded : hexKey(decoded.toString('latin1'))
  if (!key?.equals(ticket.key)) return 'grayWrongKey'
  if (isRaw) {
    exchange.warn('6.1', 'aes_key is the base64 form of the 16 bytes instead of the 32 hex digits')
    if (type === ITEM_TYPE.image) return 'grayRawKey'
  } else if (/[A-F]/.test(decoded.toString('latin1'))) {
    exchange.warn('6.1', 'aes_key is the base64 form of upper-case hex digits')
  }
  if (type === ITEM_TYPE.image && fields.mid_size !== ticket.fileSize) return 'grayWrongSize'
  if (type === ITEM_TYPE.video && fields.video_size !== ticket.fileSize) {
    exchange.warn('6.1', 'video_size is not the size of the encrypted file')
  }
  if (media.encrypt_type === undefined) {
    if (type === ITEM_TYPE.image) return 'grayNoEncryptType'
    exchange.warn('6.1', 'media.encrypt_type is missing')
  }
  return undefined
}
