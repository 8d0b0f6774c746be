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
import { ProtocolError, StateError } from '../../errors.js'
import type { Change, ContactEntry, ContactsPart, GroupsPart } from '../../transport/contacts.js'
import type { Feature } from '../../transport/features.js'
import { requireMember } from '../../transport/require-feature.js'
import type { Transport } from '../../transport/transport.js'
import { checkOptions, type NamesOf } from '../../util/check-options.js'
import type { Clock } from '../../util/clock.js'
import { describeValue, invalidArgument } from '../../util/invalid-argument.js'
import { withTimeout } from '../../util/timeout.js'
import { type AddFriendOptions, friendshipRequest, readAddFriend } from './add-friend.js'
import type { Avatars } from './avatars.js'
import { chatOf, friendOf, membersOf, peopleOf, personOf, roomOf, userNamesOf } from './contact-arguments.js'
import type { ContactBook } from './contact-book.js'
import { ContactChanges } from './contact-changes.js'

/** How long a login waits for group members; missing ones are fetched later. */
const LOGIN_DETAILS_MS = 60_000

/** The minimum number of members in a new group, besides this account. @see docs/protocol.md §4.6 */
const MIN_MEMBERS = 2

const ADD_OPTIONS: NamesOf<AddMemberOptions> = { useInvitation: true, signal: true }
const FETCH_OPTIONS: NamesOf<FetchOptions> = { onProgress: true, signal: true }
const UPDATE_OPTIONS: NamesOf<UpdateChatroomOptions> = { ...FETCH_OPTIONS, detailedMember: true }

/** The parts of a transport that contact operations use. */
export type ContactTransport = Pick<Transport, 'name' | 'features' | 'contacts' | 'groups'>

interface ContactsOptions {
  /** @throws StateError without a session */
  transport(): ContactTransport
  book: ContactBook
  avatars: Avatars
  identity(contact: Contact): Identity
  /** Emits the changes to the program. */
  emitChanges(changes: ContactChanges): void
  onError(error: unknown): void
  /** Called when group details could not be fetched during a login. */
  onIncomplete(error: unknown): void
  clock: Clock
}

/** A new group. It can be passed wherever a group is accepted. */
export interface CreateChatroomResult extends MembersResult {
  /** UserName of the new group. */
  ChatRoomName: string
  /** The name of the new group, if the server sent it. */
  Topic?: string
}

/**
 * The contact operations of an account. Arguments are checked before anything is sent. A change that the server has
 * accepted is applied before the promise resolves.
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
   * Fetches the address book during a login, if the transport has one. The login does not fail if group details cannot
   * be fetched in time; they are fetched later.
   */
  async load(signal?: AbortSignal): Promise<void> {
    const { clock, transport, onIncomplete } = this.#options
    if (!transport().features.has('contacts')) return
    await this.#load(async (names) => {
      try {
        return await withTimeout(clock, LOGIN_DETAILS_MS, signal, (step) => {
          const onFailure = (error: unknown) => step.aborted || onIncomplete(error)
          return this.#contacts('contacts', signal).fetchDetails(names, { signal: step, onFailure })
        })
      } catch (error) {
        signal?.throwIfAborted()
        onIncomplete(error)
        return []
      }
    }, signal)
  }

  /**
   * Fetches the address book and the members of every group again, and emits the changes. No change is applied until
   * everything has been fetched. Without an address book, there is nothing to fetch.
   */
  async update(signal?: AbortSignal): Promise<void> {
    if (!this.#options.transport().features.has('contacts')) return
    const changes = await this.#load(
      (names) => this.#contacts('contacts', signal).fetchDetails(names, { signal }),
      signal,
    )
    this.#options.emitChanges(changes)
  }

  async #load(
    fetchGroups: (userNames: readonly string[]) => Promise<(ContactEntry | undefined)[]>,
    signal: AbortSignal | undefined,
  ): Promise<ContactChanges> {
    const { book, onError } = this.#options
    const changes = new ContactChanges()
    let endpoint = ''
    const retained = await book.load(async () => {
      const loaded = await this.#contacts('contacts', signal).fetchAll(signal)
      endpoint = loaded.endpoint
      const listed = loaded.entries.flatMap((entry) => (entry?.kind === 'chatroom' ? entry.userName : []))
      const rooms = new Set([...book.chatrooms().map((room) => room.UserName), ...listed])
      return { ...loaded, groups: await fetchGroups([...rooms]) }
    }, changes)
    if (retained > 0) {
      const message = `${endpoint}: the address book is incomplete or unreadable. Contacts kept although they are missing from it: ${retained}.`
      onError(new ProtocolError(message, { endpoint }))
    }
    return changes
  }

  async updateFriend(friend: ContactReference, options?: FetchOptions): Promise<User> {
    const [user] = await this.updateFriends([friend], options)
    return user as User
  }

  async updateFriends(friends: readonly ContactReference[], options: FetchOptions = {}): Promise<User[]> {
    checkOptions(options, FETCH_OPTIONS)
    const { book } = this.#options
    this.#contacts('contacts', options.signal)
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
    checkOptions(options, UPDATE_OPTIONS)
    const { book, emitChanges } = this.#options
    const { detailedMember = false, ...fetch } = options
    this.#groups(fetch.signal)
    const names = userNamesOf(rooms, 'userName').map((name) => roomOf(book, name, 'userName').UserName)
    const entries = await this.#groups(fetch.signal).fetch(names, fetch)
    const members = detailedMember ? await this.#groups(fetch.signal).fetchMembers(entries, fetch) : []
    const changes = new ContactChanges()
    for (const entry of entries) book.applyGroup(entry, changes)
    for (const { room, entry } of members) {
      const known = book.get(room)
      if (known instanceof Chatroom) book.describeMember(known, entry, changes)
    }
    emitChanges(changes)
    return names.map((name) => {
      const room = book.get(name)
      if (room instanceof Chatroom) return room
      const found = 'a group that the server does not know or that this account has left'
      throw invalidArgument('userName', { expected: 'a group of this account', found })
    })
  }

  async setAlias(friend: ContactReference, alias: string, { signal }: OperationOptions = {}): Promise<OperationResult> {
    const contacts = this.#contacts('remarks', signal)
    const user = friendOf(this.#options.book, friend, 'userName')
    if (typeof alias !== 'string') {
      throw invalidArgument('alias', { expected: 'a string', found: describeValue(alias) })
    }
    return this.#applyChange(await contacts.setRemark(user.UserName, alias, signal))
  }

  async setPinned(
    contact: ContactReference,
    isPinned = true,
    { signal }: OperationOptions = {},
  ): Promise<OperationResult> {
    const contacts = this.#contacts('pin', signal)
    const chat = chatOf(this.#options.book, contact, 'userName')
    if (typeof isPinned !== 'boolean') {
      throw invalidArgument('isPinned', { expected: 'true or false', found: describeValue(isPinned) })
    }
    return this.#applyChange(await contacts.setPinned({ userName: chat.UserName, fields: chat }, isPinned, signal))
  }

  async addFriend(
    target: ContactReference | AddFriendOptions,
    options: AddFriendOptions = {},
  ): Promise<OperationResult> {
    const read = readAddFriend(target, options)
    const { action, autoUpdate = true, signal } = read
    const contacts = this.#contacts(action === 'follow' ? 'officialAccounts' : 'friendRequests', signal)
    const request = friendshipRequest(this.#options.book, read)
    const reply = await contacts.requestFriendship(request, signal)
    const step = signal ? { signal } : {}
    if (autoUpdate) await this.#attempt(() => this.#fetchPeople([request.userName], step), signal)
    return { ok: true, ...reply }
  }

  async verify(userName: string, options: OperationOptions = {}): Promise<OperationResult> {
    const ticket = this.#options.book.ticketOf(userName)
    if (ticket === '') {
      throw new StateError(
        'verify: this contact has not sent a friend request in this session. Send one with addFriend().',
      )
    }
    return this.addFriend({ userName, ticket, ...options })
  }

  headImage(target: HeadImageTarget, options?: OperationOptions): Promise<Uint8Array> {
    return this.#options.avatars.bytes(target, options)
  }

  headImageFile(target: HeadImageTarget, path: string, options?: OperationOptions): Promise<HeadImageFile> {
    return this.#options.avatars.toFile(target, path, options)
  }

  async createChatroom(
    members: ContactReferences,
    topic = '',
    { signal }: OperationOptions = {},
  ): Promise<CreateChatroomResult> {
    const { book } = this.#options
    const groups = this.#groups(signal)
    if (typeof topic !== 'string') {
      throw invalidArgument('topic', { expected: 'a string', found: describeValue(topic) })
    }
    // The creator is always a member, so this account, which getFriends() returns first, is ignored.
    const names = userNamesOf(members, 'memberList').filter((name) => name !== book.self.UserName)
    if (names.length < MIN_MEMBERS) {
      throw invalidArgument('memberList', {
        expected: 'at least two contacts besides this account',
        found: String(names.length),
      })
    }
    const change = await groups.create(peopleOf(book, names, 'memberList'), topic, signal)
    const ChatRoomName = change.entry.userName
    const result = this.#applyChange(change)
    await this.#refresh(ChatRoomName, signal)
    return { MemberList: [], ...result, ChatRoomName }
  }

  async setChatroomName(
    room: ContactReference,
    name: string,
    { signal }: OperationOptions = {},
  ): Promise<OperationResult> {
    const groups = this.#groups(signal)
    const chatroom = roomOf(this.#options.book, room, 'chatroomUserName')
    if (typeof name !== 'string' || name === '') {
      throw invalidArgument('name', { expected: 'a non-empty string', found: describeValue(name) })
    }
    return this.#applyChange(await groups.rename(chatroom.UserName, name, signal))
  }

  async addMembers(
    room: ContactReference,
    members: ContactReferences,
    options: AddMemberOptions = {},
  ): Promise<MembersResult> {
    checkOptions(options, ADD_OPTIONS)
    const { useInvitation = false, signal } = options
    const { book } = this.#options
    this.#groups(signal)
    const names = peopleOf(book, members, 'memberList')
    const chatroom = await this.#withMembers(roomOf(book, room, 'chatroomUserName'), signal)
    const sizeAfter = chatroom.memberList.length + names.filter((name) => !chatroom.member(name)).length
    const addition = { invite: useInvitation, sizeAfter, signal }
    const change = await this.#groups(signal).addMembers(chatroom.UserName, names, addition)
    await this.#refresh(chatroom.UserName, signal)
    return { MemberList: [], ...this.#applyChange(change) }
  }

  async deleteMembers(
    room: ContactReference,
    members: ContactReferences,
    { signal }: OperationOptions = {},
  ): Promise<OperationResult> {
    const { book } = this.#options
    this.#groups(signal)
    const chatroom = await this.#withMembers(roomOf(book, room, 'chatroomUserName'), signal)
    const names = membersOf(chatroom, members, 'memberList')
    if (names.includes(book.self.UserName)) {
      throw invalidArgument('memberList', {
        expected: 'other members',
        found: 'this account, which cannot be removed',
      })
    }
    const change = await this.#groups(signal).removeMembers(chatroom.UserName, names, signal)
    const changes = new ContactChanges()
    const remaining = chatroom.memberList.filter((member) => !names.includes(member.UserName))
    book.replaceMembers(chatroom, remaining, changes)
    return this.#applyChange(change, changes)
  }

  /**
   * Called before arguments are checked, and again before each request, because the session may have ended.
   *
   * @throws StateError without a session, UnsupportedError if the transport does not support the feature, or the
   * signal's reason
   */
  #contacts(feature: Feature, signal: AbortSignal | undefined): ContactsPart {
    const part = requireMember(this.#options.transport(), 'contacts', feature)
    signal?.throwIfAborted()
    return part
  }

  /** Like `#contacts`, but for groups. */
  #groups(signal: AbortSignal | undefined): GroupsPart {
    const part = requireMember(this.#options.transport(), 'groups', 'groups')
    signal?.throwIfAborted()
    return part
  }

  /** Applies an accepted change immediately instead of waiting for the next sync. */
  #applyChange({ reply, entry }: Change, changes = new ContactChanges()): OperationResult {
    const { book, emitChanges } = this.#options
    if (entry) book.describe(entry, changes)
    emitChanges(changes)
    return { ok: true, ...reply }
  }

  /**
   * Runs the follow-up to a successful operation. A failure is only reported, because the next sync contains the same
   * data.
   */
  async #attempt(step: () => Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
    try {
      await step()
    } catch (error) {
      if (!signal?.aborted) this.#options.onError(error)
    }
  }

  async #refresh(room: string, signal: AbortSignal | undefined): Promise<void> {
    await this.#attempt(() => this.updateChatrooms([room], signal ? { signal } : {}), signal)
  }

  async #withMembers(room: Chatroom, signal: AbortSignal | undefined): Promise<Chatroom> {
    return room.memberList.length > 0 ? room : this.updateChatroom(room, signal ? { signal } : {})
  }

  async #fetchPeople(names: readonly string[], options: FetchOptions): Promise<User[]> {
    const { book, emitChanges } = this.#options
    const entries = await this.#contacts('contacts', options.signal).fetchDetails(names, options)
    const described = entries.flatMap((entry) => (entry && !entry.isStub ? entry : []))
    if (described.length < names.length) {
      throw invalidArgument('userName', {
        expected: 'a UserName from this session',
        found: 'a UserName that the server does not know',
      })
    }
    const changes = new ContactChanges()
    for (const entry of described) book.apply(entry, changes)
    emitChanges(changes)
    return names.map((name) => book.get(name) as User)
  }
}
