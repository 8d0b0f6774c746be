import { createHash, type Hash } from 'node:crypto'
import { NetworkError, ProtocolError } from '../../errors.js'
import type { DownloadOptions } from '../../message/media.js'
import type { Message } from '../../message/message.js'
import type { Web } from '../api/call.js'
import { openMedia } from '../api/media.js'

/** What arrived. */
export interface Received {
  sizeBytes: number
  md5: string
}

/**
 * Reads the media of a message piece by piece.
 *
 * @throws NetworkError when it breaks off, or is shorter or longer than the server said
 * @throws ProtocolError when the server gives nothing
 */
export async function receiveMedia(
  web: Web,
  message: Message,
  options: DownloadOptions,
  write: (chunk: Uint8Array) => Promise<void> | void,
): Promise<Received> {
  const { thumbnail = false, onProgress, signal } = options
  const reply = await openMedia(web, message, { thumbnail, signal })
  const totalBytes = contentLength(reply.headers['content-length'])
  const hash: Hash = createHash('md5')
  let receivedBytes = 0
  for await (const chunk of reply.body) {
    receivedBytes += chunk.length
    hash.update(chunk)
    await write(chunk)
    onProgress?.(totalBytes === undefined ? { receivedBytes } : { receivedBytes, totalBytes })
  }
  if (receivedBytes === 0) {
    throw new ProtocolError(
      'download: the server sent nothing. Stickers of the store, and media deleted or too old, cannot be had.',
      {
        endpoint: 'download',
      },
    )
  }
  if (totalBytes !== undefined && totalBytes !== receivedBytes) {
    throw new NetworkError(`download: ${receivedBytes} of ${totalBytes} bytes came. Try again.`, {
      endpoint: 'download',
      outcome: 'unknown',
    })
  }
  return { sizeBytes: receivedBytes, md5: hash.digest('hex') }
}

function contentLength(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : undefined
}
