/** Options of a download. */
export interface DownloadOptions {
  /** Download the thumbnail instead, if the server has one: pictures and videos. Default false. */
  thumbnail?: boolean
  /** `totalBytes` is absent when the server does not send it. */
  onProgress?: (progress: { receivedBytes: number; totalBytes?: number }) => unknown
  signal?: AbortSignal
}

/** A file that was written. */
export interface DownloadResult {
  ok: true
  /** Absolute. May differ from the requested path: ` (1)` is added to a name that exists. */
  path: string
  sizeBytes: number
  /** Detected from the bytes; absent when unknown. */
  mime?: string
  /** Usual extension of `mime`, without a dot. */
  extension?: string
  /** Whether length and md5 match those declared by the sender's phone; absent when it declared neither. */
  verified?: boolean
}

/** Fetches the media of its message. Resolves to the bytes; with a path, writes them to a file. */
export interface Download {
  (path?: undefined, options?: DownloadOptions): Promise<Uint8Array>
  (path: string, options?: DownloadOptions): Promise<DownloadResult>
}
