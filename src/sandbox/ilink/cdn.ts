import { randomBytes } from 'node:crypto'
import type { Medium } from '../world/medium.js'
import { opaque } from './tokens.js'

const LIMIT = 2000

/** A file that the program announced with `getuploadurl`. @see docs/ilink.md §6.1 */
export interface UploadTicket {
  /** The parameter of the upload URL. */
  readonly param: string
  /** Part of the complete URL, by which its use is recognized. */
  readonly taskId: string
  readonly fileKey: string
  readonly mediaType: number
  readonly rawSize: number
  readonly rawMd5: string
  /** Size of the encrypted file in bytes. */
  readonly fileSize: number
  readonly key: Buffer
  readonly hasFullUrl: boolean
}

/** A file that the program uploaded. */
export interface UploadedFile {
  readonly ticket: UploadTicket
  /** The decrypted file; wrong bytes if it was encrypted under another key. */
  readonly medium: Medium
}

/** A file that the program can download. */
interface Download {
  readonly medium: Medium
  /** Absent if the file is not encrypted. */
  readonly key: Buffer | undefined
  /** The message with the file. */
  readonly messageId: string | undefined
}

/** The references of the media server. @see docs/ilink.md §6 */
export class Cdn {
  readonly #tickets = new Map<string, UploadTicket>()
  readonly #uploads = new Map<string, UploadedFile>()
  readonly #downloads = new Map<string, Download>()

  addTicket(announced: Omit<UploadTicket, 'param' | 'taskId'>): UploadTicket {
    const ticket = { ...announced, param: opaque(60), taskId: randomBytes(8).toString('hex') }
    put(this.#tickets, ticket.param, ticket)
    return ticket
  }

  ticket(param: string): UploadTicket | undefined {
    return this.#tickets.get(param)
  }

  /** Returns the reference of an uploaded file. */
  addUpload(file: UploadedFile): string {
    const reference = opaque(72)
    put(this.#uploads, reference, file)
    return reference
  }

  upload(reference: string): UploadedFile | undefined {
    return this.#uploads.get(reference)
  }

  /** Returns the reference of a file for the program. */
  addDownload(download: Download): string {
    const reference = opaque(72)
    put(this.#downloads, reference, download)
    return reference
  }

  download(reference: string): Download | undefined {
    return this.#downloads.get(reference)
  }
}

function put<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > LIMIT && oldest !== undefined) map.delete(oldest)
}
