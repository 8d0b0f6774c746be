import type { InspectOptionsStylized, inspect } from 'node:util'
import { caseAliased } from '../util/case-alias.js'
import type { ContactActions, FileSource, MediaReference, SendFileOptions, SendOptions, SendResult } from './actions.js'
import type { ContactFields, ContactTraits } from './fields.js'
import type { HeadImageFile, HeadImageTarget, OperationOptions, OperationResult } from './operations.js'
import { INSPECT, inspected, shownFields } from './shown.js'

export const ACTIONS = Symbol('actions')
const TRAITS = Symbol('traits')

/**
 * Anybody an account can talk to. Fields are read-only and always show what is known now: the same object is kept up to
 * date as news arrives. What a kind of contact cannot do is not among its methods.
 */
export abstract class ContactBase extends caseAliased<Readonly<ContactFields>>() {
  declare protected readonly [ACTIONS]: ContactActions
  abstract readonly kind: 'user' | 'massivePlatform' | 'chatroom'
  readonly #traits: ContactTraits = { isListed: false, isBuiltIn: false }

  /** @internal */
  constructor(actions: ContactActions) {
    super()
    Object.defineProperty(this, ACTIONS, { value: actions })
  }

  /** Who this is across logins: UserNames change with each, this does not. */
  get puid(): string {
    return this[ACTIONS].operations.identity(this).puid
  }

  /** Whether `puid` is known to mean the same person as before: false when it rests on names alone, which people choose themselves. */
  get isPuidCertain(): boolean {
    return this[ACTIONS].operations.identity(this).certain
  }

  /** @deprecated until 1.0: an alias of `isPuidCertain` */
  get certain(): boolean {
    return this.isPuidCertain
  }

  /** Sends a text; one that starts like `@img@…` is a directive. */
  send(msg: string, options?: SendOptions): Promise<SendResult> {
    return this[ACTIONS].sending.send(msg, this.UserName, options)
  }

  /** Sends a text as it stands: never read as a directive. */
  sendMsg(msg: string, options?: SendOptions): Promise<SendResult> {
    return this[ACTIONS].sending.sendMsg(msg, this.UserName, options)
  }

  /** Sends a file. */
  sendFile(source: FileSource | MediaReference, options?: SendFileOptions): Promise<SendResult> {
    return this[ACTIONS].sending.sendFile(source, this.UserName, options)
  }

  /** Sends a picture; a GIF goes as a sticker. */
  sendImage(source: FileSource | MediaReference, options?: SendFileOptions): Promise<SendResult> {
    return this[ACTIONS].sending.sendImage(source, this.UserName, options)
  }

  /** Sends a video. */
  sendVideo(source: FileSource | MediaReference, options?: SendFileOptions): Promise<SendResult> {
    return this[ACTIONS].sending.sendVideo(source, this.UserName, options)
  }

  /** Sends content of any inline MsgType. @see docs/protocol.md §6.2 */
  sendRawMsg(msgType: number, content: string, options?: SendOptions): Promise<SendResult> {
    return this[ACTIONS].sending.sendRawMsg(msgType, content, this.UserName, options)
  }

  /**
   * Fetches the large picture: without a path its bytes, else to a file.
   *
   * @param imageDir a relative path stays below `downloadDir`
   * @throws FileError when the file cannot be written; ProtocolError when the server has no picture
   */
  getHeadImage(imageDir?: undefined, options?: OperationOptions): Promise<Uint8Array>
  getHeadImage(imageDir: string, options?: OperationOptions): Promise<HeadImageFile>
  getHeadImage(imageDir?: string, options?: OperationOptions): Promise<Uint8Array | HeadImageFile> {
    const { operations } = this[ACTIONS]
    const target = this.headImageTarget()
    return imageDir === undefined
      ? operations.headImage(target, options)
      : operations.headImageFile(target, imageDir, options)
  }

  /** Fields for `JSON.stringify`: all of them, `HeadImgUrl` without the session's key. */
  toJSON(): object {
    return shownFields(this)
  }

  /** @internal */
  [INSPECT](depth: number, options: InspectOptionsStylized, show: typeof inspect): string {
    return inspected(this, depth, options, show)
  }

  /** @internal */
  get [TRAITS](): ContactTraits {
    return this.#traits
  }

  protected headImageTarget(): HeadImageTarget {
    return { userName: this }
  }
}

/** A friend or a group: what can be kept at the top of the list of chats. */
export abstract class PinnableContact extends ContactBase {
  setPinned(isPinned = true, options?: OperationOptions): Promise<OperationResult> {
    return this[ACTIONS].operations.setPinned(this, isPinned, options)
  }
}

/** What the account knows of a contact beyond its fields; changed by whoever applies what the server sent. */
export function traitsOf(contact: ContactBase): ContactTraits {
  return contact[TRAITS]
}
