import { createHash, type Hash } from 'node:crypto'
import { NetworkError, ProtocolError } from '../../../errors.js'
import type { DownloadOptions } from '../../../message/media.js'
import type { Message } from '../../../message/message.js'
import type { ReceivedMedia } from '../../../transport/content.js'
import type { HttpStream } from '../../http/http-client.js'
import type { Web } from '../api/call.js'
import { openMedia } from '../api/media.js'
import { declaredSize, matchesDeclared } from './declared.js'

/**
 * Receives the media of a message chunk by chunk.
 *
 * @throws NetworkError when the connection breaks, or the received size differs from the announced size
 * @throws ProtocolError when the server sends no data
 */
export async function receiveMedia(
  web: Web,
  message: Message,
  write: (chunk: Uint8Array) => Promise<void> | void,
  options: DownloadOptions = {},
): Promise<ReceivedMedia> {
  const { thumbnail = false, onProgress, signal } = options
  const emptyMessage =
    'download: the server sent no data. Stickers from the store and deleted or expired media cannot be downloaded.'
  const reply = await openMedia(web, message, { thumbnail, signal })
  const wholeBytes =
    reply.status === 206 ? sizeOfWhole(reply, thumbnail ? undefined : declaredSize(message)) : undefined
  const received = await receiveAll(reply, { name: 'download', emptyMessage, onProgress, wholeBytes }, write)
  const matches = thumbnail ? undefined : matchesDeclared(message, received)
  return matches === undefined ? received : { ...received, matchesDeclared: matches }
}

/**
 * Receives a reply chunk by chunk.
 *
 * @param options.emptyMessage error message for an empty reply
 */
export async function receiveAll(
  reply: HttpStream,
  {
    name,
    emptyMessage,
    onProgress,
    wholeBytes,
  }: {
    name: string
    emptyMessage: string
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
  if (receivedBytes === 0) throw new ProtocolError(emptyMessage, { endpoint: name })
  if (totalBytes !== undefined && totalBytes !== receivedBytes) {
    throw new NetworkError(`${name}: the server sent ${receivedBytes} of ${totalBytes} bytes. Try again.`, {
      endpoint: name,
      outcome: 'unknown',
    })
  }
  return { sizeBytes: receivedBytes, md5: hash.digest('hex') }
}

/**
 * Returns the total size for a partial reply (HTTP 206) that covers the whole file.
 *
 * @param declaredBytes the total size to assume when the server does not state it
 * @throws ProtocolError when the reply does not cover the whole file, or the total size is unknown
 */
function sizeOfWhole(reply: HttpStream, declaredBytes: number | undefined): number {
  const range = String(reply.headers['content-range'] ?? '')
  const [, first, last, total] = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(range) ?? []
  const wholeBytes = total === undefined || total === '*' ? declaredBytes : Number(total)
  const isPart = range !== '' && (Number(first) !== 0 || Number(last) + 1 !== wholeBytes)
  if (wholeBytes !== undefined && !isPart) return wholeBytes
  reply.cancel()
  throw new ProtocolError(
    `download: the server sent only part of the media (${range.slice(0, 60) || 'unknown range'}). Try again.`,
    { endpoint: 'download' },
  )
}

function contentLength(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : undefined
}
