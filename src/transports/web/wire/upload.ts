import type { BaseBody, BaseReply, BaseRequest } from './base.js'

/** `mediatype` of the upload form. @see docs/protocol.md §6.7 */
export type UploadMediaType = 'pic' | 'video' | 'doc'

/**
 * Formats uploaded as `pic`, by MIME type, with their extensions. Other formats are sent as files.
 *
 * @see docs/protocol.md §6.7
 */
export const PICTURE_FORMATS: Readonly<Record<string, readonly string[]>> = {
  'image/bmp': ['bmp'],
  'image/png': ['png'],
  'image/jpeg': ['jpg', 'jpeg'],
}

/** The picture format sent as a sticker, uploaded as `doc`. @see docs/protocol.md §6.5, §6.7 */
export const STICKER_FORMAT = 'image/gif'

/** Text fields of the multipart form; the part `filename` contains the bytes. @see docs/protocol.md §6.7 */
export interface UploadForm {
  id: string
  name: string
  type: string
  lastModifiedDate: string
  /** Size of the whole file in bytes, as decimal digits. */
  size: string
  /** Number of chunks; omitted for a single chunk. */
  chunks?: string
  /** Index of the chunk, starting from 0; omitted for a single chunk. */
  chunk?: string
  mediatype: UploadMediaType
  /** `UploadMediaRequest` as JSON, the same in every chunk. */
  uploadmediarequest: string
  webwx_data_ticket: string
  pass_ticket: string
}

/** @see docs/protocol.md §6.7 */
export interface UploadMediaRequest {
  UploadType: number
  BaseRequest: BaseRequest
  ClientMediaId: number
  TotalLen: number
  StartPos: number
  /** The total size, even when the file is sent in chunks. */
  DataLen: number
  MediaType: number
  FromUserName: string
  ToUserName: string
  FileMd5?: string
  AESKey?: string
  Signature?: string
}

/** @see docs/protocol.md §6.7 */
export interface UploadReply extends BaseReply {
  /** Empty for every chunk except the last. */
  MediaId: string
  /** Number of bytes received so far. */
  StartPos: number
  CDNThumbImgHeight: number
  CDNThumbImgWidth: number
  EncryFileName: string
}

/** Body of `webwxcheckupload`. @see docs/protocol.md §6.8 */
export interface CheckUploadRequest extends BaseBody {
  FileMd5: string
  FileName: string
  FileSize: number
  FileType: number
  FromUserName: string
  ToUserName: string
}

/** @see docs/protocol.md §6.8 */
export interface CheckUploadReply extends BaseReply {
  /** Not empty when the server already has the file and needs no upload. */
  MediaId: string
  AESKey: string
  Signature: string
  EncryFileName: string
}
