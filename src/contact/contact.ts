import { defineFields, memberNames, spelled } from '../util/spelling.js'
import type { WireContact, WireMember } from '../web/wire/contact.js'
import type { ContactActions, FileSource, MediaReference, SendFileOptions, SendResult } from './actions.js'

/** What the server says of a contact. Names are decoded; a Uin not known is absent. @see docs/protocol.md §9.2 */
export interface ContactFields extends Omit<WireContact, 'Uin' | 'MemberList'> {
  Uin?: string
}

/** What the server says of a group's member. @see docs/protocol.md §9.4 */
export interface MemberFields extends Omit<WireMember, 'Uin'> {
  Uin?: string
}

const ACTIONS = Symbol('actions')
const REPLACE_MEMBERS = Symbol('replaceMembers')

/**
 * Anybody an account can talk to. Fields are read-only and always show what is known now: the same object is kept up to
 * date as news arrives.
 */
abstract class ContactBase extends spelled<Readonly<ContactFields>>() {
  declare private readonly [ACTIONS]: ContactActions

  constructor(fields: object, actions: ContactActions) {
    super()
    Object.defineProperty(this, ACTIONS, { value: actions })
    defineFields(this, fields, CONTACT_MEMBERS)
  }

  /** Sends a text; one that starts like `@img@…` is a directive. */
  send(msg: string): Promise<SendResult> {
    return this[ACTIONS].send(msg, this.UserName)
  }

  /** Sends a text as it stands: never read as a directive. */
  sendMsg(msg: string): Promise<SendResult> {
    return this[ACTIONS].sendMsg(msg, this.UserName)
  }

  /** Sends a file. */
  sendFile(source: FileSource | MediaReference, options?: SendFileOptions): Promise<SendResult> {
    return this[ACTIONS].sendFile(source, this.UserName, options)
  }

  /** Sends a picture; a GIF goes as a sticker. */
  sendImage(source: FileSource | MediaReference, options?: SendFileOptions): Promise<SendResult> {
    return this[ACTIONS].sendImage(source, this.UserName, options)
  }

  /** Sends a video. */
  sendVideo(source: FileSource | MediaReference, options?: SendFileOptions): Promise<SendResult> {
    return this[ACTIONS].sendVideo(source, this.UserName, options)
  }

  /** Sends content of any inline MsgType. @see docs/protocol.md §6.2 */
  sendRawMsg(msgType: number, content: string): Promise<SendResult> {
    return this[ACTIONS].sendRawMsg(msgType, content, this.UserName)
  }
}

/** A friend, oneself, a built-in account such as `filehelper`, or a stranger. */
export class User extends ContactBase {
  readonly #kind = 'user'

  get kind(): 'user' {
    return this.#kind
  }
}

/** An official account (公众号). */
export class MassivePlatform extends ContactBase {
  readonly #kind = 'massivePlatform'

  get kind(): 'massivePlatform' {
    return this.#kind
  }
}

/** A group. */
export class Chatroom extends ContactBase {
  readonly #kind = 'chatroom'
  #members = new Map<string, ChatroomMember>()

  get kind(): 'chatroom' {
    return this.#kind
  }

  /** The members in the server's order; empty until the group's details were fetched. */
  get memberList(): readonly ChatroomMember[] {
    return [...this.#members.values()]
  }

  get MemberList(): readonly ChatroomMember[] {
    return this.memberList
  }

  /** The member with this UserName. */
  member(userName: string): ChatroomMember | undefined {
    return this.#members.get(userName)
  }

  /** @internal Makes `members` the whole membership. */
  [REPLACE_MEMBERS](members: readonly MemberFields[]): void {
    const previous = this.#members
    this.#members = new Map()
    for (const fields of members) {
      const member = previous.get(fields.UserName) ?? new ChatroomMember({}, this)
      defineFields(member, fields, MEMBER_MEMBERS)
      this.#members.set(fields.UserName, member)
    }
  }
}

/** Somebody as a member of one group. */
export class ChatroomMember extends spelled<Readonly<MemberFields>>() {
  readonly #chatroom: Chatroom

  constructor(fields: object, chatroom: Chatroom) {
    super()
    this.#chatroom = chatroom
    defineFields(this, fields, MEMBER_MEMBERS)
  }

  get chatroom(): Chatroom {
    return this.#chatroom
  }
}

/** A group answers to more than the others; the same names are kept free for all. */
const CONTACT_MEMBERS = new Set([...memberNames(Chatroom), ...memberNames(User), ...memberNames(MassivePlatform)])
const MEMBER_MEMBERS = memberNames(ChatroomMember)

/** Anybody an account can talk to. */
export type Contact = User | MassivePlatform | Chatroom

/** Applies what the server said anew; fields it did not send stay. */
export function updateContact(contact: Contact, fields: object): void {
  defineFields(contact, fields, CONTACT_MEMBERS)
}

/** Makes `members` the whole membership of a group. */
export function replaceMembers(room: Chatroom, members: readonly MemberFields[]): void {
  room[REPLACE_MEMBERS](members)
}
