/** Metadata of a picture, voice, video or file in a message; the bytes are stored elsewhere under its id. */
export interface Medium {
  /** `@crypt_…`, the wire's `MediaId`. */
  readonly id: string
  /** `''` when unnamed. */
  readonly name: string
  /** Detected from the bytes. */
  readonly mime: string
  readonly sizeBytes: number
  /** Lower-case hex. */
  readonly md5: string
  readonly width?: number
  readonly height?: number
  readonly durationMs?: number
}
