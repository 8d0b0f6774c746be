import type { InspectOptionsStylized, inspect } from 'node:util'
import { caseAliased } from '../util/case-alias.js'
import type { ContactActions, FileSource, MediaReference, SendFileOptions, SendOptions, SendResult } from './actions.js'
import type { ContactFields, ContactTraits } from './fields.js'
import type { HeadImageFile, HeadImageTarget, OperationOptions, OperationResult } from './operations.js'
import { INSPECT, inspectContact, redactedFields } from './shown.js'

export const ACTIONS = Symbol('actions')
const TRAITS = Symbol('traits')

/**
 * A contact of an account. Fields are read-only and always current: the same object is updated when the contact changes.
 * Methods that a kind of contact does not support are omitted.
 */
export abstract class ContactBase extends caseAliased<Readonly<ContactFields>>() {
  // The fields that programs read most, because the derived spelling of a field shows no documentation in editors.
  /** The id in this session, such as `@2f4c…`, or `@@…` for a group. It changes at every login; `puid` does not. */
  declare readonly userName: string
  /** The name that the contact chose; the name of a group, `''` if it has none. */
  declare readonly nickName: string
  /** The name that this account has given to the contact; `''` if none. */
  declare readonly remarkName: string
  /** The WeChat id, if the server reveals it; otherwise `''`. */
  declare readonly alias: string
  /** 0 unset, 1 male, 2 female; 0 for groups. */
  declare readonly sex: number
  /** As the contact filled it in; often `''`. */
  declare readonly province: string
  /** As the contact filled it in; often `''`. */
  declare readonly city: string
  /** What the contact wrote about themselves. */
  declare readonly signature: string
  /** Groups: the number of members. */
  declare readonly memberCount: number
  declare protected readonly [ACTIONS]: ContactActions
  abstract readonly kind: 'user' | 'massivePlatform' | 'chatroom'
  readonly #traits: ContactTraits = { isListed: false, isBuiltIn: false }

  /** @internal */
  constructor(actions: ContactActions) {
    super()
    Object.defineProperty(this, ACTIONS, { value: actions })
  }

  /** An identifier that stays the same across logins, unlike the UserName. */
  get puid(): string {
    return this[ACTIONS].operations.identity(this).puid
  }

  /**
   * Whether `puid` certainly identifies the same contact as before; false if only names match, because contacts choose
   * their own names.
   */
  get isPuidCertain(): boolean {
    return this[ACTIONS].operations.identity(this).certain
  }

  /** @deprecated Alias of `isPuidCertain` until 1.0. */
  get certain(): boolean {
    return this.isPuidCertain
  }

  /** Sends text. Text that starts with a prefix such as `@img@` is a directive. */
  send(msg: string, options?: SendOptions): Promise<SendResult> {
    return this[ACTIONS].sending.send(msg, this.UserName, options)
  }

  /** Sends text verbatim, never as a directive. */
  sendMsg(msg: string, options?: SendOptions): Promise<SendResult> {
    return this[ACTIONS].sending.sendMsg(msg, this.UserName, options)
  }

  /** Sends a file. */
  sendFile(source: FileSource | MediaReference, options?: SendFileOptions): Promise<SendResult> {
    return this[ACTIONS].sending.sendFile(source, this.UserName, options)
  }

  /** Sends a picture; a GIF is sent as a sticker. */
  sendImage(source: FileSource | MediaReference, options?: SendFileOptions): Promise<SendResult> {
    return this[ACTIONS].sending.sendImage(source, this.UserName, options)
  }

  /** Sends a video. */
  sendVideo(source: FileSource | MediaReference, options?: SendFileOptions): Promise<SendResult> {
    return this[ACTIONS].sending.sendVideo(source, this.UserName, options)
  }

  /** Sends content with any inline MsgType. @see docs/protocol.md §6.2 */
  sendRawMsg(msgType: number, content: string, options?: SendOptions): Promise<SendResult> {
    return this[ACTIONS].sending.sendRawMsg(msgType, content, this.UserName, options)
  }

  /**
   * Fetches the full-size avatar. Resolves to its bytes; with a path, writes it to a file.
   *
   * @param imageDir a relative path must not leave `downloadDir`
   * @throws FileError if the file cannot be written, ProtocolError if the server has no avatar
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

  /** All fields, for `JSON.stringify`; the session key in `HeadImgUrl` is masked. */
  toJSON(): object {
    return redactedFields(this)
  }

  /** @internal */
  [INSPECT](depth: number, options: InspectOptionsStylized, show: typeof inspect): string {
    return inspectContact(this, depth, options, show)
  }

  /** @internal */
  get [TRAITS](): ContactTraits {
    return this.#traits
  }

  protected headImageTarget(): HeadImageTarget {
    return { userName: this }
  }
}

/** A contact that can be pinned to the top of the chat list: a friend or a group. */
export abstract class PinnableContact extends ContactBase {
  setPinned(isPinned = true, options?: OperationOptions): Promise<OperationResult> {
    return this[ACTIONS].operations.setPinned(this, isPinned, options)
  }
}

/** The state of a contact besides its fields; changed by the code that applies server data. */
export function traitsOf(contact: ContactBase): ContactTraits {
  return contact[TRAITS]
}
