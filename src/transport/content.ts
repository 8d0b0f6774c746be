import type { SendOptions } from '../contact/actions.js'

/** How a file goes out. */
export type SendAs = 'file' | 'image' | 'video'

/** A file that is open for reading. */
export interface OpenSource {
  /** Name the recipient sees. */
  readonly name: string
  /** `''` for what is not a file. */
  readonly path: string
  readonly sizeBytes: number
  /** Of the whole, hex. */
  readonly md5: string
  readonly mime: string
  read(start: number, length: number): Promise<Uint8Array>
  /** The file is no longer what it was when it was opened. */
  hasChanged(): Promise<boolean>
  close(): Promise<void>
}

/** What an upload left on the server. */
export interface UploadedMedia {
  mediaId: string
  name: string
  sizeBytes: number
  as: SendAs | 'sticker'
  /** Opaque: goes with the message. */
  signature?: string | undefined
}

export interface UploadOptions extends SendOptions {
  onProgress?: ((progress: { sentBytes: number; totalBytes: number }) => unknown) | undefined
  /** Fail for an image in a format that would go as a file. Default false. */
  isStrict?: boolean
}

/** What can be sent. */
export type Content =
  | { kind: 'text'; text: string }
  /** Of any type the server knows. */
  | { kind: 'raw'; type: number; content: string }
  | { kind: 'card'; contact: { userName: string; alias: string; nickName: string } }
  | { kind: 'media'; media: UploadedMedia }
  /** Made by `Transport.forward`. Opaque. */
  | { kind: 'forwarded'; content: object }

/** How a received message can be sent on: by reference, as a text, or as a file that has to be fetched first. */
export type Forwarding = Content | { kind: 'file'; name: string }

/** What the server answered to a send. */
export interface Sent {
  /** `''` when the server gave no id. */
  MsgID: string
  LocalID: string
}

/** What arrived of a medium. */
export interface ReceivedMedia {
  sizeBytes: number
  md5: string
  /** Length and checksum are those its sender declared; absent when the sender declared neither. */
  matchesDeclared?: boolean
}
