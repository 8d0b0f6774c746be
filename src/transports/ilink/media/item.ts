import type { UploadedMedia } from '../../../transport/content.js'
import { invalidArgument } from '../../../util/invalid-argument.js'
import { parseJson } from '../../../util/json.js'
import { dict, int, text } from '../../../util/read.js'
import { ITEM_TYPE, type WireItem, type WireMedia } from '../wire/message.js'

/** What a message needs to know about an uploaded file besides its reference. */
interface Signature {
  /** The key in its sent form. */
  aesKey: string
  encryptedBytes: number
}

export function formatSignature(signature: Signature): string {
  return JSON.stringify(signature)
}

/**
 * Returns the item that sends an uploaded file.
 *
 * @throws ArgumentError for media that `upload` did not return
 * @see docs/ilink.md §4.2, §6.1
 */
export function mediaItem(media: UploadedMedia): WireItem {
  const { aesKey, encryptedBytes } = readSignature(media.signature)
  const reference: WireMedia = { encrypt_query_param: media.mediaId, aes_key: aesKey, encrypt_type: 1 }
  switch (media.as) {
    case 'image':
    case 'sticker':
      return { type: ITEM_TYPE.image, image_item: { media: reference, mid_size: encryptedBytes } }
    case 'video':
      return { type: ITEM_TYPE.video, video_item: { media: reference, video_size: encryptedBytes } }
    case 'file':
      return {
        type: ITEM_TYPE.file,
        file_item: { media: reference, file_name: media.name, len: String(media.sizeBytes) },
      }
  }
}

function readSignature(signature = '{}'): Signature {
  const { aesKey, encryptedBytes } = dict(parseJson(signature))
  const read = { aesKey: text(aesKey), encryptedBytes: int(encryptedBytes, 0) }
  if (read.aesKey !== '' && read.encryptedBytes > 0) return read
  throw invalidArgument('mediaId', {
    expected: 'an uploaded file with its key',
    found: 'a reference without a key',
    advice: 'On this transport, a mediaId alone cannot be sent: pass the file itself.',
  })
}
