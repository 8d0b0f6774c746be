/** A picture, sound, film or file as a message holds it; its bytes are kept elsewhere under its id. */
export interface Medium {
  /** `@crypt_…`, the wire's `MediaId`. */
  readonly id: string
  /** `''` when it never had one. */
  readonly name: string
  /** Read from the bytes. */
  readonly mime: string
  readonly sizeBytes: number
  /** Lower-case hex. */
  readonly md5: string
  readonly width?: number
  readonly height?: number
  readonly durationMs?: number
}
