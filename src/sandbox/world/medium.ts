/** Metadata of a picture, voice message, video or file. The bytes are stored separately under its id. */
export interface Medium {
  /** An id of the form `@crypt_…`: `MediaId` on the wire. */
  readonly id: string
  /** File name, or `''` if the medium is unnamed. */
  readonly name: string
  /** MIME type detected from the bytes. */
  readonly mime: string
  readonly sizeBytes: number
  /** In lowercase hex. */
  readonly md5: string
  readonly width?: number
  readonly height?: number
  readonly durationMs?: number
}
