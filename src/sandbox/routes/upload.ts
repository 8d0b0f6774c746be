import { UPLOAD_CHUNK_BYTES } from '../../transports/web/wire/constants.js'
import { RET } from '../../transports/web/wire/ret.js'
import {
  type CheckUploadReply,
  PICTURE_FORMATS,
  STICKER_FORMAT,
  type UploadReply,
} from '../../transports/web/wire/upload.js'
import { type ChunkFacts, checkCheckUpload, checkUpload } from '../conformance/upload.js'
import { encryptedName } from '../encode/file-name.js'
import { thumbSize } from '../encode/thumb-size.js'
import { detectType } from '../media/detect-type.js'
import { Upload, UploadError, type UploadPlan } from '../media/upload.js'
import { type Fields, isObject, scalarText } from '../read/fields.js'
import { parseMultipart } from '../read/multipart.js'
import type { Session } from '../session/session.js'
import { baseResponse, type Exchange } from './exchange.js'
import { Refusal } from './refusal.js'
import { sessionOfBase, sessionOfBody } from './session-of.js'

/** Minimum progress between two events for the page, as a fraction of the file size. */
const PROGRESS_STEP = 0.05

/** Receives a chunk of a file. The reply to the last chunk contains the MediaId. @see docs/protocol.md §6.7 */
export async function webwxuploadmedia(exchange: Exchange): Promise<Response> {
  const { core } = exchange
  const parts = parseMultipart(exchange.bytes, exchange.request.headers.get('content-type') ?? '')
  if (!parts) throw new Refusal(RET.unparsable, 'the body is not multipart/form-data')
  const field = (name: string) => parts.get(name)?.bytes.toString('utf8')
  const request = parseRequest(field('uploadmediarequest'))
  const session = sessionOfBase(exchange, request.BaseRequest)
  const file = parts.get('filename')
  if (!file) throw new Refusal(RET.badParameter, 'the field filename, which contains the bytes, is missing')
  const totalBytes = parseTotalBytes(exchange, request, field('size'))
  const facts: ChunkFacts = {
    field,
    request,
    totalBytes,
    chunk: Number(field('chunk') ?? 0),
    chunks: Number(field('chunks') ?? 1),
    chunkBytes: file.bytes.length,
  }
  const plan = planOf(exchange, session, facts, baseName(field('name') ?? file.fileName ?? ''))
  const key = JSON.stringify([request.ClientMediaId, plan.md5, totalBytes, plan.name])
  checkUpload(exchange, session, facts, key)
  let upload = session.uploads.find(key)
  if (!upload || (facts.chunk === 0 && !upload.atStart)) {
    upload = new Upload(core.media, plan)
    session.uploads.add(key, upload)
  }
  core.traffic.uploads.add(key, exchange.entry)
  const previousBytes = upload.receivedBytes
  const medium = await append(upload, facts.chunk, file.bytes)
  // Not earlier, because an asynchronous check would change the order of pipelined chunks.
  if (facts.chunk === 0 && field('mediatype') === 'pic') await checkPicture(file.bytes)
  if (medium) core.traffic.uploads.rename(key, medium.id)
  publishProgress(exchange, upload, previousBytes)
  if (medium && !session.memory.uploadedFor.has(medium.id)) session.memory.uploadedFor.set(medium.id, plan.chatId)
  const thumb = medium?.width === undefined ? { width: 0, height: 0 } : thumbSize(medium)
  const reply: UploadReply = {
    BaseResponse: baseResponse(),
    MediaId: medium?.id ?? '',
    StartPos: upload.receivedBytes,
    CDNThumbImgHeight: thumb.height,
    CDNThumbImgWidth: thumb.width,
    EncryFileName: encryptedName(plan.name),
  }
  return exchange.json(reply)
}

/** Returns a signature for uploading a large file and, if the file is known, its MediaId. @see docs/protocol.md §6.8 */
export function webwxcheckupload(exchange: Exchange): Response {
  sessionOfBody(exchange)
  const { core, body } = exchange
  const { FileMd5, FileSize, FileName } = body
  if (typeof FileMd5 !== 'string' || !/^[\da-f]{32}$/i.test(FileMd5) || !isSafeInteger(FileSize)) {
    throw new Refusal(RET.badParameter, 'FileMd5 is not an MD5 digest or FileSize is not an integer')
  }
  checkCheckUpload(exchange, body)
  const md5 = FileMd5.toLowerCase()
  const known = core.media.findByMd5(md5)
  const keys = core.checkedUploads.sign(md5, FileSize)
  const reply: CheckUploadReply = {
    BaseResponse: baseResponse(),
    MediaId: known && known.sizeBytes === FileSize ? known.id : '',
    AESKey: keys.aesKey,
    Signature: keys.signature,
    EncryFileName: encryptedName(baseName(scalarText(FileName))),
  }
  return exchange.json(reply)
}

function parseRequest(text: string | undefined): Fields {
  try {
    const value: unknown = JSON.parse(text ?? '')
    if (isObject(value)) return value
  } catch {
    // Invalid JSON is refused below.
  }
  throw new Refusal(RET.badParameter, 'uploadmediarequest is missing or is not JSON')
}

function parseTotalBytes(exchange: Exchange, request: Fields, size: string | undefined): number {
  const total = request.TotalLen
  if (!isSafeInteger(total) || total < 0) throw new Refusal(RET.badParameter, 'TotalLen is not a valid size')
  if (size !== undefined && size !== String(total)) throw new Refusal(RET.badParameter, 'size and TotalLen differ')
  if (total === 0) throw new Refusal(RET.badParameter, 'the file is empty')
  if (total > exchange.core.media.limitBytes) {
    throw new Refusal(RET.badParameter, "the file is larger than the sandbox's mediaLimitBytes")
  }
  return total
}

function isSafeInteger(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

function planOf(exchange: Exchange, session: Session, facts: ChunkFacts, name: string): UploadPlan {
  const { request, totalBytes, chunk, chunks } = facts
  if (!Number.isInteger(chunks) || !Number.isInteger(chunk) || chunks < 1 || chunk < 0 || chunk >= chunks) {
    throw new Refusal(RET.badParameter, 'chunk is not a valid index or chunks is not a valid count')
  }
  if (chunks > Math.max(1, Math.ceil(totalBytes / 1024)))
    throw new Refusal(RET.badParameter, 'chunks is too large for TotalLen')
  if (request.FromUserName !== session.names.of(exchange.core.world.owner.id)) {
    throw new Refusal(RET.badParameter, 'FromUserName is not the UserName of this account')
  }
  const chatId = session.names.idOf(scalarText(request.ToUserName))
  const declaredMd5 = typeof request.FileMd5 === 'string' ? request.FileMd5.toLowerCase() : undefined
  const md5 = signedMd5(exchange, request, totalBytes) ?? declaredMd5
  if (declaredMd5 !== undefined && declaredMd5 !== md5) {
    throw new Refusal(RET.badParameter, 'Signature was issued by webwxcheckupload for another FileMd5')
  }
  return {
    name,
    totalBytes,
    chunks,
    ...(md5 === undefined ? {} : { md5 }),
    ...(chatId === undefined ? {} : { chatId }),
  }
}

/**
 * Refuses unsupported image formats. For a file that is not an image, a warning is recorded when it is sent.
 * @see docs/protocol.md §6.7
 */
async function checkPicture(bytes: Buffer): Promise<void> {
  const mime = await detectType(bytes)
  if (!mime?.startsWith('image/') || Object.hasOwn(PICTURE_FORMATS, mime) || mime === STICKER_FORMAT) return
  throw new Refusal(RET.badParameter, `mediatype pic supports bmp, png and jpeg; upload ${mime} as doc`)
}

/**
 * Returns the MD5 digest for which the Signature was issued, or `undefined` if there is no Signature.
 * @see docs/protocol.md §6.8
 */
function signedMd5(exchange: Exchange, request: Fields, totalBytes: number): string | undefined {
  const { Signature, AESKey } = request
  if (Signature === undefined || Signature === '') return undefined
  const checked = exchange.core.checkedUploads.find(Signature)
  const isKeyValid = AESKey === undefined || AESKey === '' || AESKey === checked?.aesKey
  if (checked?.sizeBytes === totalBytes && isKeyValid) return checked.md5
  throw new Refusal(RET.badParameter, 'Signature or AESKey was not issued by webwxcheckupload for a file of this size')
}

async function append(upload: Upload, chunk: number, bytes: Buffer) {
  try {
    return await upload.append(chunk, bytes)
  } catch (error) {
    if (error instanceof UploadError) throw new Refusal(RET.badParameter, error.message)
    throw error
  }
}

function publishProgress(exchange: Exchange, upload: Upload, previousBytes: number): void {
  const { name, totalBytes, chatId } = upload.plan
  const step = Math.max(UPLOAD_CHUNK_BYTES, totalBytes * PROGRESS_STEP)
  const { receivedBytes } = upload
  if (receivedBytes < totalBytes && Math.floor(previousBytes / step) === Math.floor(receivedBytes / step)) return
  if (receivedBytes === previousBytes) return
  exchange.core.feed.publish('upload', {
    name,
    receivedBytes,
    totalBytes,
    ...(chatId === undefined ? {} : { chatId }),
  })
}

/** Returns the name without directories, because some programs send a full path. */
function baseName(name: string): string {
  return name.split(/[/\\]/).at(-1) ?? ''
}
