import { ServerError } from '../../../errors.js'
import type { OpenSource } from '../../../transport/content.js'
import { fileChanged } from '../../../util/file-error.js'
import { text } from '../../../util/read.js'
import { type CallOptions, callJson, protocolError, type Web } from '../api/call.js'
import { COOKIE, LARGE_FILE_BYTES, UPLOAD_CHUNK_BYTES } from '../wire/constants.js'
import { ENDPOINTS } from '../wire/endpoints.js'
import type { UploadForm, UploadMediaRequest, UploadMediaType } from '../wire/upload.js'
import { multipart } from './multipart.js'

const CHUNK_TIMEOUT_MS = 60_000
/** A chunk can be sent again safely. */
const CHUNK_TRIES = 3
const UPLOAD_TYPE = 2
const MEDIA_TYPE = 4
const CHECK_FILE_TYPE = 7

interface UploadOptions {
  mediaType: UploadMediaType
  toUserName: string
  onProgress?: ((progress: { sentBytes: number; totalBytes: number }) => unknown) | undefined
  signal?: AbortSignal | undefined
}

interface Uploaded {
  mediaId: string
  /** The signature to send with the message; only for large files. */
  signature?: string
  encryFileName: string
}

/**
 * Uploads a file in sequential chunks of 512 KiB. When the connection fails, only the current chunk is retried.
 *
 * @throws FileError when the file changes during the upload
 * @see docs/protocol.md §6.7, §6.8
 */
export async function uploadMedia(web: Web, source: OpenSource, options: UploadOptions): Promise<Uploaded> {
  try {
    return await uploadAll(web, source, options)
  } catch (error) {
    // The server refuses data that does not match the size and md5 declared beforehand.
    if (error instanceof ServerError && (await source.hasChanged())) throw fileChanged(source.path)
    throw error
  }
}

async function uploadAll(web: Web, source: OpenSource, options: UploadOptions): Promise<Uploaded> {
  const check = source.sizeBytes > LARGE_FILE_BYTES ? await checkUpload(web, source, options) : undefined
  if (check?.mediaId) return { ...check, mediaId: check.mediaId }
  const request = uploadRequest(web, source, options, check)
  const chunks = Math.ceil(source.sizeBytes / UPLOAD_CHUNK_BYTES)
  const encode = async (chunk: number) => {
    const start = chunk * UPLOAD_CHUNK_BYTES
    const sizeBytes = Math.min(UPLOAD_CHUNK_BYTES, source.sizeBytes - start)
    const fields = uploadForm(web, source, options, request, chunks > 1 ? { chunks, chunk } : undefined)
    const { file, ...form } = multipart({ ...fields }, { field: 'filename', ...source, sizeBytes })
    await source.readInto(file, start)
    // Without this check, the server would refuse the last chunk, and the error would not mention the file.
    if (chunk === chunks - 1 && (await source.hasChanged())) throw fileChanged(source.path)
    return { ...form, endBytes: start + sizeBytes }
  }
  let reply: Record<string, unknown> = {}
  let next = encode(0)
  for (let chunk = 0; chunk < chunks; chunk++) {
    const { endBytes, ...form } = await next
    // The next chunk is read while this one is being sent.
    if (chunk + 1 < chunks) next = encode(chunk + 1)
    next.catch(() => {})
    reply = await sendChunk(web, form, options.signal)
    options.onProgress?.({ sentBytes: endBytes, totalBytes: source.sizeBytes })
  }
  const mediaId = text(reply.MediaId)
  if (!mediaId) throw protocolError('webwxuploadmedia', 'MediaId is missing after the last chunk')
  return {
    mediaId,
    encryFileName: text(reply.EncryFileName),
    ...(check?.signature ? { signature: check.signature } : {}),
  }
}

interface Check {
  mediaId: string
  aesKey: string
  signature: string
  encryFileName: string
}

async function checkUpload(web: Web, source: OpenSource, options: UploadOptions): Promise<Check> {
  const reply = await callJson(web, 'webwxcheckupload', {
    body: {
      FileMd5: source.md5,
      FileName: source.name,
      FileSize: source.sizeBytes,
      FileType: CHECK_FILE_TYPE,
      FromUserName: web.session.userName,
      ToUserName: options.toUserName,
    },
    tries: CHUNK_TRIES,
    signal: options.signal,
  })
  return {
    mediaId: text(reply.MediaId),
    aesKey: text(reply.AESKey),
    signature: text(reply.Signature),
    encryFileName: text(reply.EncryFileName),
  }
}

function uploadRequest(
  web: Web,
  source: OpenSource,
  options: UploadOptions,
  check: Check | undefined,
): UploadMediaRequest {
  return {
    UploadType: UPLOAD_TYPE,
    BaseRequest: web.session.baseRequest(),
    ClientMediaId: Number(web.session.mediaIds.next(web.clock.now())),
    TotalLen: source.sizeBytes,
    StartPos: 0,
    DataLen: source.sizeBytes,
    MediaType: MEDIA_TYPE,
    FromUserName: web.session.userName,
    ToUserName: options.toUserName,
    FileMd5: source.md5,
    ...(check ? { AESKey: check.aesKey, Signature: check.signature } : {}),
  }
}

function uploadForm(
  web: Web,
  source: OpenSource,
  options: UploadOptions,
  request: UploadMediaRequest,
  position: { chunks: number; chunk: number } | undefined,
): UploadForm {
  const url = new URL(ENDPOINTS.webwxuploadmedia.path, web.session.hosts.file)
  return {
    id: 'WU_FILE_0',
    name: source.name,
    type: source.mime,
    lastModifiedDate: new Date(web.clock.now()).toUTCString(),
    size: String(source.sizeBytes),
    ...(position ? { chunks: String(position.chunks), chunk: String(position.chunk) } : {}),
    mediatype: options.mediaType,
    uploadmediarequest: JSON.stringify(request),
    webwx_data_ticket: web.cookies.value(url, COOKIE.dataTicket) ?? '',
    pass_ticket: web.session.credentials?.passTicket ?? '',
  }
}

function sendChunk(
  web: Web,
  form: CallOptions['form'],
  signal: AbortSignal | undefined,
): Promise<Record<string, unknown>> {
  return callJson(web, 'webwxuploadmedia', {
    query: { f: 'json' },
    form,
    timeoutMs: CHUNK_TIMEOUT_MS,
    tries: CHUNK_TRIES,
    signal,
  })
}
