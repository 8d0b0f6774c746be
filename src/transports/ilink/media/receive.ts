import { createHash } from 'node:crypto'
import type { DownloadOptions } from '../../../message/media.js'
import type { Message } from '../../../message/message.js'
import type { ReceivedMedia } from '../../../transport/content.js'
import { int } from '../../../util/read.js'
import type { HttpStream } from '../../http/http-client.js'
import type { Ilink } from '../api/call.js'
import { trustedUrl } from '../hosts.js'
import { CDN } from '../wire/endpoints.js'
import { type Attachment, attachmentOf } from './attachment.js'
import { decodeKey, decrypt, encryptedSize } from './cipher.js'
import { DOWNLOAD, downloadFailed, header, refusal } from './refusal.js'

/** Timeout for the start of the reply, and for each pause while it is received. */
const TIMEOUT_MS = 30_000

/**
 * Receives the media of a message chunk by chunk, of any size, and decrypts it. Voice messages are written in the form in
 * which they arrive, usually SILK. If an error is thrown, what has been written is incomplete or invalid.
 *
 * @throws FileError when the message has no media
 * @throws ServerError when the media server refuses the request, such as for an expired reference
 * @throws ProtocolError when the address or the key is invalid, or the data is truncated or does not match the key
 * @throws NetworkError when the connection breaks
 * @see docs/ilink.md §6.2
 */
export async function receiveMedia(
  ilink: Ilink,
  message: Pick<Message, 'raw' | 'Type'>,
  write: (chunk: Uint8Array) => Promise<void> | void,
  { thumbnail = false, onProgress, signal }: DownloadOptions = {},
): Promise<ReceivedMedia> {
  const attachment = attachmentOf(message, thumbnail)
  const key = decodeKey(attachment.hexKey, attachment.base64Key)
  if (!key && !attachment.mayBePlain)
    throw downloadFailed('the message has no key. Ask the sender to send the file again.')
  const reply = await open(ilink, attachment, signal)
  const totalBytes = totalOf(reply, attachment, key !== undefined)
  const hash = createHash('md5')
  let receivedBytes = 0
  const body = nonEmpty(reply.body)
  for await (const chunk of key ? decrypt(body, key) : body) {
    receivedBytes += chunk.length
    hash.update(chunk)
    await write(chunk)
    onProgress?.(totalBytes === undefined ? { receivedBytes } : { receivedBytes, totalBytes })
  }
  const received = { sizeBytes: receivedBytes, md5: hash.digest('hex') }
  const matches = matchesDeclared(attachment, received)
  return matches === undefined ? received : { ...received, matchesDeclared: matches }
}

async function open(ilink: Ilink, attachment: Attachment, signal: AbortSignal | undefined): Promise<HttpStream> {
  const url = urlOf(ilink, attachment)
  const reply = await ilink.http.stream({ endpoint: DOWNLOAD, method: 'GET', url, timeoutMs: TIMEOUT_MS, signal })
  if (reply.status === 200) return reply
  reply.cancel()
  if (reply.status >= 400)
    throw refusal(DOWNLOAD, reply, 'The reference may have expired. Ask the sender to send the file again.')
  throw downloadFailed(`unexpected reply of the media server: HTTP ${reply.status} instead of a file.`)
}

function urlOf({ session: { hosts } }: Ilink, { fullUrl, reference }: Attachment): URL {
  if (fullUrl !== '') return trustedUrl(hosts, fullUrl, DOWNLOAD)
  return new URL(`${hosts.cdn}${CDN.download}?encrypted_query_param=${encodeURIComponent(reference)}`)
}

async function* nonEmpty(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let isEmpty = true
  for await (const chunk of body) {
    isEmpty = false
    yield chunk
  }
  if (isEmpty) throw downloadFailed('the server sent no data. The reference may have expired.')
}

/** Size of the file, as far as it is known before its end: the length of a ciphertext leaves 16 possibilities. */
function totalOf(reply: HttpStream, { sizeBytes }: Attachment, isEncrypted: boolean): number | undefined {
  const length = int(header(reply, 'content-length'))
  if (!isEncrypted) return length
  if (sizeBytes === undefined || length === undefined) return sizeBytes
  return encryptedSize(sizeBytes) === length ? sizeBytes : undefined
}

/** `undefined` if the sender declared neither. */
function matchesDeclared({ sizeBytes, md5 }: Attachment, received: ReceivedMedia): boolean | undefined {
  if (sizeBytes === undefined && md5 === undefined) return undefined
  return (sizeBytes ?? received.sizeBytes) === received.sizeBytes && (md5 ?? received.md5) === received.md5
}
