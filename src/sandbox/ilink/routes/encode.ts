import { createHash, randomBytes } from 'node:crypto'
import { CDN } from '../../../transports/ilink/wire/endpoints.js'
import { ITEM_TYPE, MESSAGE_FINISHED, MESSAGE_TYPE } from '../../../transports/ilink/wire/message.js'
import type { FaultKind } from '../../faults/fault-table.js'
import { textOf } from '../../world/describe.js'
import type { Medium } from '../../world/medium.js'
import type { Content, ContentOf, Message } from '../../world/message.js'
import type { Cdn } from '../cdn.js'
import { encryptedSize } from '../crypto.js'
import type { InboxMessage } from '../inbox.js'
import type { IlinkSettings } from '../options.js'
import { cdnUrl } from '../urls.js'

interface Faulty {
  has(kind: FaultKind): boolean
}

/** What decides the form of a message on the wire. */
export interface WireForm {
  readonly settings: IlinkSettings
  readonly cdn: Cdn
  /** The origin of the request. */
  readonly origin: string
  readonly botId: string
  readonly userId: string
  /** The faults that change the form. */
  readonly faults: Faulty
  /** The message whose items are encoded. */
  readonly messageId?: string | undefined
  findMessage(id: string): Message | undefined
}

const EXCERPT_LENGTH = 8

/** A received message as the service sends it. @see docs/ilink.md §4.1 */
export function encodeMessage(form: WireForm, message: InboxMessage): object {
  const { id, seq, clientId, at, contextToken } = message
  return {
    seq,
    message_id: longId(form, id),
    client_id: clientId,
    from_user_id: form.userId,
    to_user_id: form.botId,
    create_time_ms: at,
    session_id: `${form.userId}#${form.botId}`,
    message_type: MESSAGE_TYPE.user,
    message_state: MESSAGE_FINISHED,
    ...(form.faults.has('noContextToken') ? {} : { context_token: contextToken }),
    item_list: message.items.map((item, index) => {
      if ('item' in item) return item.item
      const encoded = encodeItem({ ...form, messageId: message.shown[index]?.id }, item.content)
      return { ...encoded, create_time_ms: at, is_completed: true, button_item_list: [] }
    }),
    ...message.raw,
    ...rawId(form, message.raw),
  }
}

/** The id of a raw message has the form that is set for all ids, unless it is a string already. */
function rawId(form: WireForm, { message_id: id }: { message_id?: unknown }): object {
  if (typeof id === 'bigint') return { message_id: longId(form, String(id)) }
  return Number.isSafeInteger(id) ? { message_id: isIdText(form) ? String(id) : id } : {}
}

/** A 64-bit id, which `wireJson` writes with all its digits. */
export function longId(form: Pick<WireForm, 'settings' | 'faults'>, id: string): bigint | string {
  return isIdText(form) ? id : BigInt(id)
}

function isIdText({ settings, faults }: Pick<WireForm, 'settings' | 'faults'>): boolean {
  return settings.idAs === 'string' || faults.has('idAsString')
}

/** The content and what is sent inside it: the message that it quotes, if the owner's app sends it whole. */
export function encodedContents(
  content: Content,
  settings: IlinkSettings,
  findMessage: WireForm['findMessage'],
): Content[] {
  const quoted = content.kind === 'quote' && settings.appFlavor === 'old' ? findMessage(content.quotedId) : undefined
  return quoted ? [content, ...encodedContents(quoted.content, settings, findMessage)] : [content]
}

/** @see docs/ilink.md §4.2 */
function encodeItem(form: WireForm, content: Content): object {
  switch (content.kind) {
    case 'text':
      return { type: ITEM_TYPE.text, text_item: { text: content.text } }
    case 'quote':
      return { type: ITEM_TYPE.text, text_item: { text: content.text }, ref_msg: encodeQuote(form, content) }
    case 'image':
      return { type: ITEM_TYPE.image, image_item: encodeImage(form, content.media) }
    case 'voice':
      return { type: ITEM_TYPE.voice, voice_item: encodeVoice(form, content) }
    case 'file':
      return { type: ITEM_TYPE.file, file_item: encodeFile(form, content.media) }
    case 'video':
      return { type: ITEM_TYPE.video, video_item: encodeVideo(form, content.media) }
    default:
      return content.kind === 'unknown' ? { ...content.fields, type: content.msgType } : { type: 0 }
  }
}

function encodeImage(form: WireForm, medium: Medium): object {
  const { media, key } = encodeMedia(form, medium)
  const size = encryptedSize(medium.sizeBytes)
  const isPlain = form.faults.has('noKey')
  const hasOwnKey = !isPlain && !form.faults.has('rawKey') && !form.faults.has('hexKey')
  return {
    media,
    ...(hasOwnKey ? { aeskey: key.toString('hex') } : {}),
    mid_size: isPlain ? medium.sizeBytes : size,
    hd_size: size,
    thumb_size: Math.min(size, 4096),
    thumb_width: medium.width ?? 120,
    thumb_height: medium.height ?? 120,
  }
}

function encodeVoice(form: WireForm, { media: medium, transcript }: ContentOf<'voice'>): object {
  return {
    media: encodeMedia(form, medium).media,
    encode_type: medium.mime === 'audio/mpeg' ? 7 : 6,
    bits_per_sample: 16,
    sample_rate: 16_000,
    playtime: medium.durationMs ?? 0,
    ...(transcript === undefined ? {} : { text: transcript }),
  }
}

function encodeFile(form: WireForm, medium: Medium): object {
  const { media } = encodeMedia(form, medium)
  return { media, file_name: medium.name, md5: medium.md5, len: String(medium.sizeBytes) }
}

function encodeVideo(form: WireForm, medium: Medium): object {
  return {
    media: encodeMedia(form, medium).media,
    video_size: encryptedSize(medium.sizeBytes),
    play_length: medium.durationMs ?? 0,
    video_md5: medium.md5,
    thumb_size: 0,
    thumb_width: medium.width ?? 0,
    thumb_height: medium.height ?? 0,
  }
}

/** Makes the file available for download under a new key. @see docs/ilink.md §6.2 */
function encodeMedia({ cdn, faults, origin, messageId }: WireForm, medium: Medium): { media: object; key: Buffer } {
  const key = randomBytes(16)
  const isPlain = faults.has('noKey')
  const fileKey = faults.has('keyMismatch') ? randomBytes(16) : key
  const reference = cdn.addDownload({ medium, key: isPlain ? undefined : fileKey, messageId })
  const media = {
    encrypt_query_param: reference,
    ...(isPlain ? {} : { aes_key: (faults.has('rawKey') ? key : Buffer.from(key.toString('hex'))).toString('base64') }),
    full_url: cdnUrl(origin, CDN.download, { encrypted_query_param: reference, taskid: key.toString('hex', 0, 8) }),
  }
  return { media, key }
}

/** Older apps quote the whole item, newer ones only its id. @see docs/ilink.md §4.2 */
function encodeQuote(form: WireForm, quote: ContentOf<'quote'>): object {
  const quoted = form.findMessage(quote.quotedId)
  const whole = quoted && textOf(quoted.content)
  const part = quote.quotedText
  const position = whole === undefined || part === '' || part === whole ? -1 : whole.indexOf(part)
  const partial = position < 0 || whole === undefined ? {} : { partial_text: encodePart(whole, part, position) }
  const id = longId(form, quote.quotedId)
  if (form.settings.appFlavor === 'new' || !quoted) return { svr_id: id, ...partial }
  return {
    title: part,
    message_item: { ...encodeItem({ ...form, messageId: quoted.id }, quoted.content), msg_id: id },
    ...partial,
  }
}

function encodePart(whole: string, part: string, position: number): object {
  const start = part.slice(0, EXCERPT_LENGTH)
  const end = part.slice(-EXCERPT_LENGTH)
  return {
    start,
    end,
    startindex: countBefore(whole, start, position),
    endindex: countBefore(whole, end, position + part.length - end.length),
    quotemd5: createHash('md5').update(part).digest('hex'),
  }
}

/** Number of occurrences of an excerpt that begin before a position. */
function countBefore(text: string, excerpt: string, position: number): number {
  let count = 0
  for (let at = text.indexOf(excerpt); at >= 0 && at < position; at = text.indexOf(excerpt, at + 1)) count++
  return count
}
