import { createHash, type Hash } from 'node:crypto'
import { NetworkError, ProtocolError } from '../../../errors.js'
import type { DownloadOptions } from '../../../message/media.js'
import type { Message } from '../../../message/message.js'
import type { ReceivedMedia } from '../../../transport/content.js'
import type { Web } from '../api/call.js'
import { openMedia } from '../api/media.js'
import type { HttpStream } from '../http/http-client.js'
import { declaredSize, matchesDeclared } from './declared.js'

/**
 * Reads the media of a message piece by piece.
 *
 * @throws NetworkError when it breaks off, or is shorter or longer than the server said
 * @throws ProtocolError when the server gives nothing
 */
export async function receiveMedia(
  web: Web,
  message: Message,
  write: (chunk: Uint8Array) => Promise<void> | void,
  options: DownloadOptions = {},
): Promise<ReceivedMedia> {
  const { thumbnail = false, onProgress, signal } = options
  const nothing =
    'download: the server sent nothing. Store stickers, and media that was deleted or has expired, cannot be downloaded.'
  const reply = await openMedia(web, message, { thumbnail, signal })
  const wholeBytes = reply.status === 206 ? wholeOf(reply, thumbnail ? undefined : declaredSize(message)) : undefined
  const received = await receiveAll(reply, { name: 'download', nothing, onProgress, wholeBytes }, write)
  const matches = thumbnail ? undefined : matchesDeclared(message, received)
  return matches === undefined ? received : { ...received, matchesDeclared: matches }
}

/**
 * Receives a reply piece by piece.
 *
 * @param options.nothing message of the error for an empty reply
 */
export async function receiveAll(
  reply: HttpStream,
  {
    name,
    nothing,
    onProgress,
    wholeBytes,
  }: {
    name: string
    nothing: string
    onProgress?: DownloadOptions['onProgress'] | undefined
    wholeBytes?: number | undefined
  },
  write: (chunk: Uint8Array) => Promise<void> | void,
): Promise<ReceivedMedia> {
  const totalBytes = wholeBytes ?? contentLength(reply.headers['content-length'])
  const hash: Hash = createHash('md5')
  let receivedBytes = 0
  for await (const chunk of reply.body) {
    receivedBytes += chunk.length
    hash.update(chunk)
    await write(chunk)
    onProgress?.(totalBytes === undefined ? { receivedBytes } : { receivedBytes, totalBytes })
  }
  if (receivedBytes === 0) throw new ProtocolError(nothing, { endpoint: name })
  if (totalBytes !== undefined && totalBytes !== receivedBytes) {
    throw new NetworkError(`${name}: ${receivedBytes} of ${totalBytes} bytes came. Try again.`, {
      endpoint: name,
      outcome: 'unknown',
    })
  }
  return { sizeBytes: receivedBytes, md5: hash.digest('hex') }
}

/**
 * The bytes of the whole, of which this reply says that it is a part from the beginning to the end.
 *
 * @param declaredBytes of the whole, for a server that does not say
 * @throws ProtocolError for any other part, and for one that may be any
 */
function wholeOf(reply: HttpStream, declaredBytes: number | undefined): number {
  const range = String(reply.headers['content-range'] ?? '')
  const [, first, last, total] = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(range) ?? []
  const wholeBytes = total === undefined || total === '*' ? declaredBytes : Number(total)
  const isPart = range !== '' && (Number(first) !== 0 || Number(last) + 1 !== wholeBytes)
  if (wholeBytes !== undefined && !isPart) return wholeBytes
  reply.cancel()
  throw new ProtocolError(
    `download: the server sent a part of the media (${range.slice(0, 60) || 'it does not say which'}) instead of the whole. Try again.`,
    { endpoint: 'download' },
  )
}

function contentLength(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : undefined
}
