/** The sandbox takes 48 MiB of JSON, of which base64 and its wrapping take a quarter. */
export const MAX_BYTES = 35 * 1024 * 1024

/** What a file can be sent as. */
export type SentAs = 'image' | 'video' | 'file'

/** A picture every browser shows. */
export function isPicture(mime: string): boolean {
  return /^image\/(jpeg|png|gif|webp|bmp)$/.test(mime)
}

/** What a dropped or pasted file is sent as. */
export function kindOf(mime: string): SentAs {
  if (isPicture(mime)) return 'image'
  return mime === 'video/mp4' ? 'video' : 'file'
}

/** What was chosen to be sent cannot be. */
type FileProblem = 'tooLarge' | 'isEmpty'

export function problemOf(file: Blob): FileProblem | undefined {
  if (file.size === 0) return 'isEmpty'
  return file.size > MAX_BYTES ? 'tooLarge' : undefined
}
