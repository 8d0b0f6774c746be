/** `media_type` of an upload. @see docs/ilink.md §6.1 */
export const MEDIA_TYPE = { image: 1, video: 2, file: 3, voice: 4 } as const

/** MIME types that are sent as pictures; all other types are sent as files. An `image/apng` is also a valid PNG. */
export const PICTURE_TYPES: ReadonlySet<string> = new Set([
  'image/bmp',
  'image/png',
  'image/apng',
  'image/jpeg',
  'image/gif',
])

export interface UploadUrlRequest {
  /** 32 hex digits, random. */
  filekey: string
  media_type: number
  to_user_id: string
  /** Size of the file in bytes, and its MD5 in lower-case hex. */
  rawsize: number
  rawfilemd5: string
  /** Size of the encrypted file in bytes. */
  filesize: number
  no_need_thumb: boolean
  /** The key as 32 lower-case hex digits. */
  aeskey: string
}
