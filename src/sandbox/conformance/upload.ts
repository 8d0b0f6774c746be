import { LARGE_FILE_BYTES, UPLOAD_CHUNK_BYTES } from '../../transports/web/wire/constants.js'
import { scalarText } from '../read/fields.js'
import type { Session } from '../session/session.js'
import { checkIdentity } from './base-request.js'
import type { Subject } from './subject.js'

const LIMIT = 1000

/** One chunk sent by a program. */
export interface ChunkFacts {
  /** Returns a text field of the form. */
  field(name: string): string | undefined
  /** The parsed field `uploadmediarequest`. */
  request: Record<string, unknown>
  totalBytes: number
  chunk: number
  chunks: number
  chunkBytes: number
}

/** Checks a chunk. `key` identifies the file. @see docs/protocol.md §6.7, §15 */
export function checkUpload(subject: Subject, session: Session, facts: ChunkFacts, key: string): void {
  const { request, totalBytes, chunk, chunks, chunkBytes } = facts
  checkIdentity(subject, request.BaseRequest)
  if (subject.url.searchParams.get('f') !== 'json') subject.warn('6.7', 'f=json is missing from the query')
  if (request.UploadType !== 2 || request.MediaType !== 4)
    subject.warn('6.7', 'UploadType is not 2 or MediaType is not 4')
  if (request.StartPos !== 0 || request.DataLen !== totalBytes) {
    subject.warn('6.7', 'StartPos is not 0 or DataLen is not the total size; send the same values in every chunk')
  }
  if (typeof request.FileMd5 !== 'string') subject.warn('15', 'FileMd5 is missing')
  if (!['pic', 'video', 'doc'].includes(facts.field('mediatype') ?? '')) {
    subject.warn('6.7', 'mediatype is not pic, video or doc')
  }
  if (facts.field('webwx_data_ticket') !== session.dataTicket) {
    subject.warn('6.7', 'webwx_data_ticket is not the value of the cookie')
  }
  if (facts.field('pass_ticket') !== session.passTicket)
    subject.warn('15', 'pass_ticket is not the value from the ticket page')
  if (chunks !== Math.ceil(totalBytes / UPLOAD_CHUNK_BYTES)) {
    subject.warn('6.7', `chunks is not the size divided by ${UPLOAD_CHUNK_BYTES}, rounded up`)
  }
  if (chunk < chunks - 1 && chunkBytes !== UPLOAD_CHUNK_BYTES) {
    subject.warn('6.7', `a chunk other than the last is not ${UPLOAD_CHUNK_BYTES} bytes`)
  }
  if (chunks === 1 && facts.field('chunks') !== undefined) {
    subject.warn('15', 'chunks and chunk are sent for a single chunk; omit them')
  }
  checkClientMediaId(subject, session, request.ClientMediaId, key)
  const signed = request.Signature !== undefined && request.AESKey !== undefined
  if (totalBytes > LARGE_FILE_BYTES && !signed) {
    subject.warn('6.8', 'AESKey or Signature is missing for a file larger than 25 MiB; call webwxcheckupload first')
  }
}

function checkClientMediaId(subject: Subject, session: Session, id: unknown, key: string): void {
  if (!Number.isSafeInteger(id)) subject.warn('6.7', 'ClientMediaId is not an integer')
  const { clientMediaIds } = session.memory
  if ((clientMediaIds.get(scalarText(id)) ?? key) !== key) {
    subject.warn('6.7', 'ClientMediaId is reused for another file; use a new one for each file')
  }
  clientMediaIds.set(scalarText(id), key)
  if (clientMediaIds.size > LIMIT) clientMediaIds.clear()
}

/** @see docs/protocol.md §6.8 */
export function checkCheckUpload(subject: Subject, body: Record<string, unknown>): void {
  if (body.FileType !== 7) subject.warn('6.8', 'FileType is not 7')
  if (Number(scalarText(body.FileSize)) <= LARGE_FILE_BYTES)
    subject.warn('15', 'called for a file that is not larger than 25 MiB')
}
