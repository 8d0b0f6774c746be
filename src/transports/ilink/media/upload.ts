import { randomBytes } from 'node:crypto'
import { FileError, NetworkError, ProtocolError, ServerError } from '../../../errors.js'
import type { OpenSource, SendAs, UploadedMedia, UploadOptions } from '../../../transport/content.js'
import { backoffMs } from '../../../util/backoff.js'
import { fileChanged } from '../../../util/file-error.js'
import { detectFileType, HEAD_BYTES } from '../../../util/file-type.js'
import { type Dict, text } from '../../../util/read.js'
import { callJson, type Ilink, protocolError } from '../api/call.js'
import { trustedUrl } from '../hosts.js'
import { CDN, CDN_REFERENCE_HEADER } from '../wire/endpoints.js'
import { MEDIA_TYPE, PICTURE_TYPES, type UploadUrlRequest } from '../wire/upload.js'
import { encodeKey, encrypt, encryptedSize, hexOf, KEY_BYTES } from './cipher.js'
import { formatSignature } from './item.js'
import { header, refusal } from './refusal.js'

const READ_BYTES = 512 * 1024
/** Small enough to be sent within the timeout even at a few KB/s, which occurs. */
const PIECE_BYTES = 64 * 1024
/** Maximum duration of sending one piece, and of waiting for the reply. */
const PIECE_TIMEOUT_MS = 60_000
const TRIES = 3
const FILE_KEY_BYTES = 16

/** Named in errors instead of the address. */
const ENDPOINT = 'upload'

/**
 * Encrypts a file and uploads it, in one pass. There is no limit on the size other than the server's, which is unknown. If
 * the connection or the media server fails, the upload starts again, at most twice, and the reported progress with it.
 *
 * An image in a format that phones do not show is sent as a file.
 *
 * @throws FileError when the file changes during the upload; or, before any request, if `isStrict` is set and an image
 * can only be sent as a file
 * @throws ServerError when a server refuses the file
 * @throws NetworkError or ProtocolError after the last attempt
 * @see docs/ilink.md §6.1
 */
export async function upload(
  ilink: Ilink,
  source: OpenSource,
  as: SendAs,
  to: string,
  options: UploadOptions = {},
): Promise<UploadedMedia> {
  options.signal?.throwIfAborted()
  const isFile = as === 'image' && !(await isPicture(source))
  if (isFile && options.isStrict) throw notAPicture(source)
  const kind = isFile ? 'file' : as
  try {
    const uploaded = await uploadAs(ilink, source, kind, to, options)
    if (await source.hasChanged()) throw fileChanged(source.path)
    return { ...uploaded, name: source.name, sizeBytes: source.sizeBytes, as: kind }
  } catch (error) {
    // The server refuses data that does not match the size and md5 declared beforehand.
    if (error instanceof ServerError && (await source.hasChanged())) throw fileChanged(source.path)
    throw error
  }
}

async function isPicture(source: OpenSource): Promise<boolean> {
  const head = Buffer.alloc(Math.min(HEAD_BYTES, source.sizeBytes))
  await source.readInto(head, 0)
  return PICTURE_TYPES.has((await detectFileType(head))?.mime ?? '')
}

function notAPicture({ path, name }: OpenSource): FileError {
  return new FileError(
    `uploadFile: the content of ${path || name} is not a bmp, png, jpeg or gif image. Upload it without isPicture and send it with sendFile(), or let sendImage() send it as a file.`,
    { path },
  )
}

async function uploadAs(
  ilink: Ilink,
  source: OpenSource,
  as: SendAs,
  to: string,
  options: UploadOptions,
): Promise<Pick<UploadedMedia, 'mediaId' | 'signature'>> {
  const stop = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal
  for (let attempt = 1; ; attempt++) {
    const key = randomBytes(KEY_BYTES)
    const url = await uploadUrl(ilink, source, as, to, key, signal)
    try {
      const mediaId = await post(ilink, url, source, { key, signal, stop, onProgress: options.onProgress })
      const signature = formatSignature({ aesKey: encodeKey(key), encryptedBytes: encryptedSize(source.sizeBytes) })
      return { mediaId, signature }
    } catch (error) {
      const isTransient = error instanceof NetworkError || error instanceof ProtocolError
      if (!isTransient || attempt >= TRIES) throw error
      await ilink.clock.sleep(backoffMs(attempt, ilink.clock), signal)
    }
  }
}

/** Requests a URL for one upload. */
async function uploadUrl(
  ilink: Ilink,
  source: OpenSource,
  as: SendAs,
  to: string,
  key: Uint8Array,
  signal: AbortSignal,
): Promise<URL> {
  const fileKey = randomBytes(FILE_KEY_BYTES).toString('hex')
  const body = {
    filekey: fileKey,
    media_type: MEDIA_TYPE[as],
    to_user_id: to,
    rawsize: source.sizeBytes,
    rawfilemd5: source.md5.toLowerCase(),
    filesize: encryptedSize(source.sizeBytes),
    no_need_thumb: true,
    aeskey: hexOf(key),
  } satisfies UploadUrlRequest
  const reply = await callJson(ilink, 'getuploadurl', { body, tries: TRIES, signal })
  return urlFrom(ilink, reply, fileKey)
}

function urlFrom({ session: { hosts } }: Ilink, reply: Dict, fileKey: string): URL {
  const full = text(reply.upload_full_url)
  if (full !== '') return trustedUrl(hosts, full, 'getuploadurl')
  const param = text(reply.upload_param)
  if (param === '') throw protocolError('getuploadurl', 'no URL for the upload')
  const query = `encrypted_query_param=${encodeURIComponent(param)}&filekey=${encodeURIComponent(fileKey)}`
  return new URL(`${hosts.cdn}${CDN.upload}?${query}`)
}

interface Sending {
  key: Uint8Array
  signal: AbortSignal
  /** Aborts `signal` with the error of a callback or a read, which must not count as a failure of the connection. */
  stop: AbortController
  onProgress: UploadOptions['onProgress']
}

/** Uploads the ciphertext. Resolves to the reference of the uploaded file. */
async function post(ilink: Ilink, url: URL, source: OpenSource, sending: Sending): Promise<string> {
  const reply = await ilink.http.send({
    endpoint: ENDPOINT,
    method: 'POST',
    url,
    upload: {
      chunks: () => encrypt(pieces(source, sending), sending.key),
      sizeBytes: encryptedSize(source.sizeBytes),
      contentType: 'application/octet-stream',
    },
    timeoutMs: PIECE_TIMEOUT_MS,
    signal: sending.signal,
  })
  if (reply.status >= 400) throw refusal(ENDPOINT, reply, 'Send the file again, or send another file.')
  const reference = header(reply, CDN_REFERENCE_HEADER)
  if (reply.status === 200 && reference !== '') {
    sending.onProgress?.({ sentBytes: source.sizeBytes, totalBytes: source.sizeBytes })
    return reference
  }
  const found = reply.status === 200 ? `the header ${CDN_REFERENCE_HEADER} is missing` : `HTTP ${reply.status}`
  throw new ProtocolError(
    `upload: unexpected reply of the media server: ${found}. Send the file again. If that fails too, check whether a proxy changes replies.`,
    { endpoint: ENDPOINT },
  )
}

async function* pieces(source: OpenSource, { stop, onProgress }: Sending): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, source.sizeBytes))
  const { sizeBytes: totalBytes } = source
  try {
    for (let start = 0; start < totalBytes; start += buffer.length) {
      const bytes = buffer.subarray(0, totalBytes - start)
      await source.readInto(bytes, start)
      for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
        yield bytes.subarray(from, from + PIECE_BYTES)
        const sentBytes = Math.min(start + from + PIECE_BYTES, start + bytes.length)
        // The end is reported once the server has confirmed it.
        if (sentBytes < totalBytes) onProgress?.({ sentBytes, totalBytes })
      }
    }
  } catch (error) {
    stop.abort(error)
    throw error
  }
}
