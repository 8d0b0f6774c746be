/** Options for a download. */
export interface DownloadOptions {
  /** Whether to download the thumbnail of a picture or video instead, if the server has one. Default false. */
  thumbnail?: boolean
  /** `totalBytes` is absent if the server does not send it. */
  onProgress?: (progress: { receivedBytes: number; totalBytes?: number }) => unknown
  signal?: AbortSignal
}

/** A file that has been written. */
export interface DownloadResult {
  ok: true
  /** Absolute path. May differ from the requested path: ` (1)` is added to the name if the file already exists. */
  path: string
  sizeBytes: number
  /** Detected from the content; absent if unknown. */
  mime?: string
  /** The usual extension for `mime`, without a dot. */
  extension?: string
  /** Whether the length and MD5 match those declared by the sender's phone; absent if it declared neither. */
  verified?: boolean
}

/** Fetches the media of a message. Resolves to the bytes; with a path, writes them to a file. */
export interface Download {
  (path?: undefined, options?: DownloadOptions): Promise<Uint8Array>
  (path: string, options?: DownloadOptions): Promise<DownloadResult>
}
