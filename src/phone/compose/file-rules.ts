/** The sandbox accepts 48 MiB of JSON, about a quarter of which is overhead for base64 and the request itself. */
export const MAX_BYTES = 35 * 1024 * 1024

/** Message kinds that a file can be sent as. */
export type SentAs = 'image' | 'video' | 'file'

/** Whether every browser can display the image type. */
export function isPicture(mime: string): boolean {
  return /^image\/(jpeg|png|gif|webp|bmp)$/.test(mime)
}

/** Message kind for a dropped or pasted file. */
export function kindOf(mime: string): SentAs {
  if (isPicture(mime)) return 'image'
  return mime === 'video/mp4' ? 'video' : 'file'
}

/** Why a chosen file cannot be sent. */
type FileProblem = 'tooLarge' | 'isEmpty'

export function problemOf(file: Blob): FileProblem | undefined {
  if (file.size === 0) return 'isEmpty'
  return file.size > MAX_BYTES ? 'tooLarge' : undefined
}
