import { Chatroom, type Contact, type User } from '../../contact/contact.js'
import type {
  AddMemberOptions,
  ContactOperations,
  ContactReference,
  ContactReferences,
  FetchOptions,
  HeadImageFile,
  HeadImageTarget,
  Identity,
  MembersResult,
  OperationOptions,
  OperationResult,
  UpdateChatroomOptions,
} from '../../contact/operations.js'
import { StateError } from '../../errors.js'
import { unexpected } from '../../transports/web/api/call.js'
import type { WebConnection } from '../../transports/web/connection.js'
import { readContact } from '../../transports/web/decode/contact.js'
import { isGroup } from '../../transports/web/decode/group.js'
import { VERIFY_OPCODE } from '../../transports/web/wire/contact.js'
import type { Clock } from '../../util/clock.js'
import { type Dict, dict, text } from '../../util/read.js'
import { withTimeout } from '../../util/timeout.js'
import { type AddFriendOptions, readAddFriend } from './add-friend.js'
import { chatOf, friendOf, membersOf, peopleOf, personOf, roomOf, userNamesOf, wrong } from './contact-arguments.js'
import type { ContactBook } from './contact-book.js'
import { ContactNews } from './contact-news.js'
import type { HeadImages } from './head-images.js'

/** `ContactFlag` of a pinned chat. @see docs/protocol.md §9.5 */
const PINNED = 0x800

/** What a login waits at most for the members of its groups; the rest comes later. */
const LOGIN_DETAILS_MS = 60_000

/** The server makes no group of fewer, besides oneself. @see docs/protocol.md §4.6 */
const FEWEST_MEMBERS = 2

export interface ContactsOptions {
  line(): WebConnection
  book: ContactBook
  headImages: HeadImages
  identity(contact: Contact): Identity
  /** Tells the program what became different. */
  announce(news: ContactNews): void
  onError(error: unknown): void
  /** Details of groups could not be fetched during a login. */
  onIncomplete(error: unknown): void
  clock: Clock
}

/** A group that was made; accepted wherever a group is. */
export interface CreateChatroomResult extends MembersResult {
  /** UserName of the new group. */
  ChatRoomName: string
  /** Its name, when the server sent it. */
  Topic?: string
}

/**
 * What an account does with its people. Arguments are checked before anything is sent, and what the server agreed to is known
 * here when the promise resolves.
 */
export class Contacts implements ContactOperations {
  readonly #options: ContactsOptions

  constructor(options: ContactsOptions) {
    this.#options = options
  }

  self(): User {
    return this.#options.book.self
  }

  identity(contact: Contact): Identity {
    return this.#options.identity(contact)
  }

  /**
   * Fetches the address book for a login. Details of groups that fail or take long are left for later: a login does not fail
   * for them.
   */
  async load(signal?: AbortSignal): Promise<void> {
    const { clock, line, onIncomplete } = this.#options
    await this.#load(async (rooms) => {
      try {
        return await withTimeout(clock, LOGIN_DETAILS_MS, signal, (step) =>
          line().fetchDetails(rooms, { signal: step, onFailure: (error) => step.aborted || onIncomplete(error) }),
        )
      } catch (error) {
        signal?.throwIfAborted()
        onIncomplete(error)
        return []
      }
    }, signal)
  }

  /**
   * Fetches the address book and the members of every group anew, and emits what changed. Nothing is applied before
   * everything is there.
   */
  async update(signal?: AbortSignal): Promise<void> {
    this.#options.announce(await this.#load((rooms) => this.#options.line().fetchDetails(rooms, { signal }), signal))
  }

  async #load(
    fetchGroups: (userNames: readonly string[]) => Promise<unknown[]>,
    signal: AbortSignal | undefined,
  ): Promise<ContactNews> {
    const { line, book, onError } = this.#options
    const news = new ContactNews()
    const kept = await book.load(async () => {
      const { entries, isComplete } = await line().fetchContacts(signal)
      const listed = entries.map((sent) => readContact(sent)?.userName ?? '').filter(isGroup)
      const rooms = new Set([...book.chatrooms().map((room) => room.UserName), ...listed])
      return { contacts: entries, groups: await fetchGroups([...rooms]), isComplete }
    }, news)
    if (kept > 0) {
      onError(
        unexpected('webwxgetcontact', `an incomplete or unreadable address book; ${kept} missing contacts are kept`),
      )
    }
    return news
  }

  async updateFriend(friend: ContactReference, options?: FetchOptions): Promise<User> {
    const [user] = await this.updateFriends([friend], options)
    return user as User
  }

  async updateFriends(friends: readonly ContactReference[], options: FetchOptions = {}): Promise<User[]> {
    const { book } = this.#options
    const names = userNamesOf(friends, 'userName').map((name) =>
      name === book.self.UserName ? name : personOf(book, name, 'userName'),
    )
    return this.#fetchPeople(names, options)
  }

  async updateChatroom(room: ContactReference, options?: UpdateChatroomOptions): Promise<Chatroom> {
    const [updated] = await this.updateChatrooms([room], options)
    return updated as Chatroom
  }

  async updateChatrooms(rooms: readonly ContactReference[], options: UpdateChatroomOptions = {}): Promise<Chatroom[]> {
    const { book, announce } = this.#options
    const names = userNamesOf(rooms, 'userName').map((name) => roomOf(book, name, 'userName').UserName)
    const groups = await this.#fetchGroups(names, options)
    for (const group of groups) checkGroup(group)
    const members = options.detailedMember ? await this.#fetchMembers(groups, options) : []
    const news = new ContactNews()
    for (const group of groups) book.applyGroup(group, news)
    for (const { room, sent } of members) {
      const known = book.get(room)
      if (known instanceof Chatroom) book.describeMember(known, sent, news)
    }
    announce(news)
    return names.map((name) => {
      const room = book.get(name)
      if (room instanceof Chatroom) return room
      throw wrong('userName', 'a group that the server no longer knows, or that this account is not in any more')
    })
  }

  async setAlias(friend: ContactReference, alias: string, { signal }: OperationOptions = {}): Promise<OperationResult> {
    const user = friendOf(this.#options.book, friend, 'userName')
    if (typeof alias !== 'string') throw wrong('alias', `a ${typeof alias}, not a text`)
    const reply = await this.#options.line().setRemark(user.UserName, alias, signal)
    return this.#done(reply, (book, news) => book.describe(user, { RemarkName: alias }, news))
  }

  async setPinned(
    contact: ContactReference,
    isPinned = true,
    { signal }: OperationOptions = {},
  ): Promise<OperationResult> {
    const chat = chatOf(this.#options.book, contact, 'userName')
    if (typeof isPinned !== 'boolean') throw wrong('isPinned', `a ${typeof isPinned}, not true or false`)
    const { UserName: userName, RemarkName: remark } = chat
    const reply = await this.#options.line().setPinned({ userName, remark }, isPinned, signal)
    return this.#done(reply, (book, news) => {
      const ContactFlag = isPinned ? chat.ContactFlag | PINNED : chat.ContactFlag & ~PINNED
      book.describe(chat, { ContactFlag }, news)
    })
  }

  async addFriend(
    given: ContactReference | AddFriendOptions,
    options: AddFriendOptions = {},
  ): Promise<OperationResult> {
    const { book, line } = this.#options
    const { userName, opcode, ticket, content, autoUpdate, signal } = readAddFriend(book, given, options)
    const reply = await line().verifyUser({ opcode, userName, ticket, content }, signal)
    if (autoUpdate) await this.#attempt(() => this.#fetchPeople([userName], { ...(signal ? { signal } : {}) }))
    return { ok: true, ...reply }
  }

  async verify(userName: string, options: OperationOptions = {}): Promise<OperationResult> {
    const verifyContent = this.#options.book.ticketOf(userName)
    if (verifyContent === '') {
      throw new StateError('verify: no friend request of this person came in this session; ask with addFriend().')
    }
    return this.addFriend({ userName, status: VERIFY_OPCODE.accept, verifyContent, ...options })
  }

  headImage(target: HeadImageTarget, options?: OperationOptions): Promise<Uint8Array> {
    return this.#options.headImages.bytes(target, options)
  }

  headImageFile(target: HeadImageTarget, path: string, options?: OperationOptions): Promise<HeadImageFile> {
    return this.#options.headImages.toFile(target, path, options)
  }

  async createChatroom(
    members: ContactReferences,
    topic = '',
    { signal }: OperationOptions = {},
  ): Promise<CreateChatroomResult> {
    const { book, line } = this.#options
    if (typeof topic !== 'string') throw wrong('topic', `a ${typeof topic}, not a text`)
    // Whoever makes a group is in it: to list oneself, as the first of all friends, changes nothing.
    const names = userNamesOf(members, 'memberList').filter((name) => name !== book.self.UserName)
    if (names.length < FEWEST_MEMBERS) {
      throw wrong('memberList', 'too short: a group is made of at least two others')
    }
    const reply = await line().createChatroom(peopleOf(book, names, 'memberList'), topic, signal)
    const UserName = String(reply.ChatRoomName)
    const result = await this.#done(reply, (_, news) => {
      const NickName = text(reply.Topic) || topic
      book.describe({ UserName }, { NickName, IsOwner: 1, ChatRoomOwner: book.self.UserName }, news)
    })
    await this.#refresh(UserName)
    return result as CreateChatroomResult
  }

  async setChatroomName(
    room: ContactReference,
    name: string,
    { signal }: OperationOptions = {},
  ): Promise<OperationResult> {
    const chatroom = roomOf(this.#options.book, room, 'chatroomUserName')
    if (typeof name !== 'string' || name === '') throw wrong('name', 'empty, or not a text')
    const reply = await this.#options.line().updateChatroom(chatroom.UserName, 'modtopic', name, signal)
    return this.#done(reply, (book, news) => book.describe(chatroom, { NickName: name }, news))
  }

  async addMembers(
    room: ContactReference,
    members: ContactReferences,
    { useInvitation = false, signal }: AddMemberOptions = {},
  ): Promise<MembersResult> {
    const { book, line } = this.#options
    const names = peopleOf(book, members, 'memberList')
    const chatroom = await this.#withMembers(roomOf(book, room, 'chatroomUserName'))
    const fresh = names.filter((name) => !chatroom.member(name))
    const willBe = chatroom.memberList.length + fresh.length
    const fun = useInvitation || willBe >= line().inviteStartCount ? 'invitemember' : 'addmember'
    const reply = await line().updateChatroom(chatroom.UserName, fun, names.join(), signal)
    await this.#refresh(chatroom.UserName)
    return { ok: true, MemberList: [], ...reply } as MembersResult
  }

  async deleteMembers(
    room: ContactReference,
    members: ContactReferences,
    { signal }: OperationOptions = {},
  ): Promise<OperationResult> {
    const { book, line } = this.#options
    const chatroom = await this.#withMembers(roomOf(book, room, 'chatroomUserName'))
    const names = membersOf(chatroom, members, 'memberList')
    if (names.includes(book.self.UserName)) throw wrong('memberList', 'naming the own account, which cannot be removed')
    const reply = await line().updateChatroom(chatroom.UserName, 'delmember', names.join(), signal)
    return this.#done(reply, (_, news) => {
      const staying = chatroom.memberList.filter((member) => !names.includes(member.UserName))
      book.replaceMembers(chatroom, staying, news)
    })
  }

  /** The server agreed: what it was about is so from now on, not only when the next sync tells. */
  #done(reply: Dict, apply: (book: ContactBook, news: ContactNews) => void): OperationResult {
    const news = new ContactNews()
    apply(this.#options.book, news)
    this.#options.announce(news)
    return { ok: true, ...reply }
  }

  /** After something that worked: a failure here does not undo it, and the next sync tells the same. */
  async #attempt(step: () => Promise<unknown>): Promise<void> {
    try {
      await step()
    } catch (error) {
      this.#options.onError(error)
    }
  }

  async #refresh(room: string): Promise<void> {
    await this.#attempt(() => this.updateChatrooms([room]))
  }

  async #withMembers(room: Chatroom): Promise<Chatroom> {
    return room.memberList.length > 0 ? room : this.updateChatroom(room)
  }

  async #fetchPeople(names: readonly string[], { signal, onProgress }: FetchOptions): Promise<User[]> {
    const { book, line, announce } = this.#options
    const sent = await line().fetchDetails(names, { signal, onProgress })
    if (!sent.every((one, index) => isAbout(one, names[index] as string))) {
      throw wrong('userName', 'a UserName that the server does not know')
    }
    const news = new ContactNews()
    for (const one of sent) book.apply(one, news)
    announce(news)
    return names.map((name) => book.get(name) as User)
  }

  /** Groups as sent. */
  #fetchGroups(names: readonly string[], { signal, onProgress }: FetchOptions): Promise<unknown[]> {
    return this.#options.line().fetchDetails(names, { signal, onProgress })
  }

  /** Every member of these groups as sent; the same person may be in several. */
  async #fetchMembers(
    groups: readonly unknown[],
    { signal, onProgress }: FetchOptions,
  ): Promise<{ room: string; sent: unknown }[]> {
    const asked = groups.flatMap((group) => {
      const { userName = '', fields, members = [] } = readContact(group) ?? {}
      const EncryChatRoomId = fields?.EncryChatRoomId ?? ''
      return members.map(({ UserName }) => ({ room: userName, entry: { UserName, EncryChatRoomId } }))
    })
    const entries = asked.map(({ entry }) => entry)
    const details = await this.#options.line().fetchDetails(entries, { signal, onProgress })
    return asked.flatMap(({ room, entry }, index) => {
      const sent = details[index]
      return isAbout(sent, entry.UserName) ? [{ room, sent }] : []
    })
  }
}

/** @throws ProtocolError when a group is missing, or its members: what is known would pass for new */
function checkGroup(sent: unknown): void {
  if (sent === undefined) throw unexpected('webwxbatchgetcontact', 'ContactList lacks a group that was asked for')
  if (!Array.isArray(dict(sent).MemberList)) throw unexpected('webwxbatchgetcontact', 'a group lacks its MemberList')
  const entry = readContact(sent)
  if (entry && !entry.isStub && !entry.members && !entry.isEmptied) {
    throw unexpected('webwxbatchgetcontact', 'a group with a MemberCount, but without its members')
  }
}

function isAbout(sent: unknown, userName: string): boolean {
  const entry = readContact(sent)
  return entry !== undefined && entry.userName === userName && !entry.isStub
}
