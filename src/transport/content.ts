/** How a file is sent. */
export type SendAs = 'file' | 'image' | 'video'

/** A file open for reading. */
export interface OpenSource {
  /** Name shown to the recipient. */
  readonly name: string
  /** `''` unless the source is a file. */
  readonly path: string
  readonly sizeBytes: number
  /** MD5 of the whole file, in hex. */
  readonly md5: string
  readonly mime: string
  /** Fills `bytes` from the offset `start`. @throws FileError when the file has become shorter */
  readInto(bytes: Uint8Array, start: number): Promise<void>
  /** Whether the content no longer matches `md5`. */
  hasChanged(): Promise<boolean>
  close(): Promise<void>
}

/** An uploaded file. */
export interface UploadedMedia {
  mediaId: string
  name: string
  sizeBytes: number
  as: SendAs | 'sticker'
  /** Opaque; sent with the message. */
  signature?: string | undefined
}

/** Options of an upload. */
export interface UploadOptions {
  signal?: AbortSignal
  onProgress?: ((progress: { sentBytes: number; totalBytes: number }) => unknown) | undefined
  /** Whether to fail if an image has a format that would be sent as a file. Default false. */
  isStrict?: boolean
}

/** Content of a message to send. */
export type Content =
  | { kind: 'text'; text: string }
  /** Any message type the server supports. */
  | { kind: 'raw'; type: number; content: string }
  | { kind: 'card'; contact: { userName: string; alias: string; nickName: string } }
  | { kind: 'media'; media: UploadedMedia }
  /** Created by `Transport.forward`. Opaque. */
  | { kind: 'forwarded'; content: object }

/** How to forward a received message: by reference, as text, or as a file that must be downloaded first. */
export type Forwarding = Content | { kind: 'file'; name: string /** Default `file`. */; as?: SendAs }

/** The server's reply to a send. */
export interface Sent {
  /** `''` when the server sent no id. */
  MsgID: string
  LocalID: string
  /** The server accepted the message without confirming that it will be delivered. */
  unconfirmed?: true
}

/** Downloaded media. */
export interface ReceivedMedia {
  sizeBytes: number
  md5: string
  /** Whether the length and the checksum match those declared by the sender; absent if neither was declared. */
  matchesDeclared?: boolean
}
