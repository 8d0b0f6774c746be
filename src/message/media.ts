/** How a download goes. */
export interface DownloadOptions {
  /** The small picture instead, where the server has one: pictures and videos. Default false. */
  thumbnail?: boolean
  /** `totalBytes` is absent when the server does not say. */
  onProgress?: (progress: { receivedBytes: number; totalBytes?: number }) => unknown
  signal?: AbortSignal
}

/** A file that was written. */
export interface DownloadResult {
  ok: true
  /** Absolute. Not always the one asked for: a name that was taken gets ` (1)`. */
  path: string
  sizeBytes: number
  /** Read from the bytes; absent when they tell nothing. */
  mime?: string
  /** Usual extension of `mime`, without a dot. */
  extension?: string
  /** Length and md5 are those the sender's phone told; absent when it told neither. */
  verified?: boolean
}

/** Fetches the media of the message it belongs to: the bytes without a path, else a file. */
export interface Download {
  (path?: undefined, options?: DownloadOptions): Promise<Uint8Array>
  (path: string, options?: DownloadOptions): Promise<DownloadResult>
}
