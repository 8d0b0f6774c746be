import type { ContactActions } from '../../contact/actions.js'
import { traitsOf } from '../../contact/base.js'
import { describeMember } from '../../contact/chatroom.js'
import type { ContactLookup } from '../../contact/contact.js'
import { Chatroom, type Contact, describeContact, MassivePlatform, User } from '../../contact/contact.js'
import type { MemberFields } from '../../contact/fields.js'
import type { FriendQuery } from '../../contact/operations.js'
import { StateError } from '../../errors.js'
import type { AddressBook, ContactEntry, RevealedId } from '../../transport/contacts.js'
import { ContactChanges } from './contact-changes.js'
import { applyContact, contactOf, isOtherKind, mergedEntry } from './contact-objects.js'
import { PeopleIndex } from './people-index.js'
import { StrangerList } from './stranger-list.js'

/** The address book as the server sent it. */
interface LoadedBook extends Pick<AddressBook, 'entries' | 'isComplete'> {
  /** Details of the groups; `undefined` for those the server did not return. */
  groups: readonly (ContactEntry | undefined)[]
}

interface BookListener {
  /** Names and other text that contacts choose themselves; called before they are applied. */
  onDescribed?(described: unknown): void
  /** A stranger was evicted from memory; the server did not report a removal. */
  onForgotten?(contact: Contact): void
}

/** Every contact known to the account, one object each. */
export class ContactBook implements ContactLookup {
  readonly #actions: ContactActions
  readonly #listener: BookListener
  readonly #contacts = new Map<string, Contact>()
  readonly #users = new Set<User>()
  readonly #platforms = new Set<MassivePlatform>()
  readonly #rooms = new Set<Chatroom>()
  readonly #strangers = new StrangerList()
  readonly #names = new PeopleIndex()
  /** UserNames updated while the address book is being fetched: these updates are newer. */
  #updatedDuringLoad: Set<string> | undefined
  #self: User | undefined

  constructor(actions: ContactActions, listener: BookListener = {}) {
    this.#actions = actions
    this.#listener = listener
  }

  /** @throws StateError before the first login */
  get self(): User {
    if (!this.#self) throw new StateError('Not logged in yet. Call autoLogin() or login() first.')
    return this.#self
  }

  get hasSelf(): boolean {
    return this.#self !== undefined
  }

  get(userName: string): Contact | undefined {
    this.#strangers.touch(userName)
    return this.#contacts.get(userName)
  }

  /** All contacts, including strangers. */
  all(): Contact[] {
    return [...this.#contacts.values()]
  }

  /** Clears the book and adds the own account. @throws StateError when `self` is missing or is not a user */
  reset(self: ContactEntry | undefined): void {
    const contact = self && contactOf(self, this.#actions)
    if (!(contact instanceof User)) throw new StateError('The reply contains no account data.')
    this.#listener.onDescribed?.(contact)
    for (const set of [this.#contacts, this.#users, this.#platforms, this.#rooms]) set.clear()
    this.#strangers.clear()
    this.#names.clear()
    this.#updatedDuringLoad = undefined
    this.#self = contact
    this.#insert(contact)
  }

  /** Adds or updates a contact. */
  apply(entry: ContactEntry, changes = new ContactChanges()): Contact {
    this.#updatedDuringLoad?.add(entry.userName)
    return this.#apply(entry, changes)
  }

  /**
   * Applies details fetched for a message, or because they were missing. A UserName unknown to the server changes nothing,
   * unless it belongs to a group of which only the UserName is known: that group is removed.
   */
  applyDetails(entry: ContactEntry, changes: ContactChanges): void {
    if (!entry.isStub) this.apply(entry, changes)
    else if (this.#isBare(entry.userName)) this.remove(entry.userName, changes)
  }

  /** Removes a contact that the server reported as removed. */
  remove(userName: string, changes = new ContactChanges()): boolean {
    this.#updatedDuringLoad?.add(userName)
    return this.#drop(userName, changes)
  }

  /** Applies fields of a member or a group that a sync reported. */
  applyMember(entry: ContactEntry, changes: ContactChanges): void {
    if (entry.kind === 'chatroom') this.#apply(entry, changes)
    else for (const room of this.#rooms) if (room.member(entry.userName)) this.describeMember(room, entry, changes)
  }

  /** Records the permanent id of a contact that has none yet. */
  learnId({ userName, permanentId, fields }: RevealedId, changes: ContactChanges): void {
    const contact = this.#contacts.get(userName)
    if (!contact || traitsOf(contact).permanentId !== undefined) return
    this.#apply({ userName, fields, traits: { permanentId }, isStub: false }, changes)
  }

  /** Applies a change by this account that the server accepted. */
  describe(entry: ContactEntry, changes: ContactChanges): void {
    this.#apply(entry, changes)
  }

  /** Sets the membership of a group. */
  replaceMembers({ UserName }: Chatroom, remaining: readonly Readonly<MemberFields>[], changes: ContactChanges): void {
    const members = remaining.map((member) => ({ ...member }))
    const fields = { UserName, MemberCount: members.length }
    this.#apply({ userName: UserName, fields, members, traits: {}, isStub: false }, changes)
  }

  /** Applies details of one member. */
  describeMember(room: Chatroom, { userName, fields }: ContactEntry, changes: ContactChanges): void {
    this.#listener.onDescribed?.(fields)
    const member = room.member(userName)
    const changed = member ? describeMember(member, fields) : []
    if (changed.length > 0) {
      changes.note(room, { fields: [], joined: [], left: [], isChanged: true, isRevealed: false })
    }
  }

  /** Applies the server's reply for a group; a group that is unknown to the server is removed. */
  applyGroup(entry: ContactEntry, changes: ContactChanges): void {
    if (entry.isStub) this.#drop(entry.userName, changes)
    else if (!entry.isEmptied) this.#apply(entry, changes)
    else this.#apply({ ...entry, fields: { ...entry.fields, MemberCount: 0 }, members: [] }, changes)
  }

  /**
   * Replaces the whole address book: contacts missing from it are removed. Updates that arrived while `fetch` ran are newer
   * and stay. Groups that are not saved are never listed and stay. An incomplete book removes no contacts: one with missing or
   * unreadable entries, or without entries.
   *
   * @returns how many contacts are missing from an incomplete book and were retained
   */
  async load(fetch: () => Promise<LoadedBook>, changes: ContactChanges): Promise<number> {
    const updated = new Set<string>()
    this.#updatedDuringLoad = updated
    try {
      const { entries, groups, isComplete } = await fetch()
      const names = new Set<string>()
      let isWhole = isComplete
      for (const entry of entries) {
        if (!entry) {
          isWhole = false
          continue
        }
        names.add(entry.userName)
        if (!updated.has(entry.userName)) this.#apply(entry, changes)
      }
      if (names.size === 0) isWhole = false
      const absent = [...this.#users, ...this.#platforms].filter(
        (contact) => isFriend(contact) && !names.has(contact.UserName) && !updated.has(contact.UserName),
      )
      if (isWhole) for (const { UserName } of absent) this.#drop(UserName, changes)
      for (const group of groups) if (group) this.#applyLoaded(group, updated, changes)
      return isWhole ? 0 : absent.length
    } finally {
      if (this.#updatedDuringLoad === updated) this.#updatedDuringLoad = undefined
    }
  }

  /** The placeholder for a contact without details. The same object is filled in when the server sends them. */
  stranger(entry: ContactEntry): Contact {
    const contact = this.#strangers.placeholder(entry.userName, () => contactOf(entry, this.#actions))
    applyContact(contact, entry)
    return contact
  }

  /** Neither in the address book nor a group. */
  isStranger(contact: Contact): boolean {
    const { isListed, isBuiltIn } = traitsOf(contact)
    return !(contact instanceof Chatroom) && contact !== this.#self && !isBuiltIn && !isListed
  }

  /** Remembers the user of a card, or of a friend request with its ticket. */
  remember(userName: string, ticket = ''): void {
    this.#strangers.remember(userName, ticket)
  }

  /** The ticket of the user's latest friend request; `''` without one. */
  ticketOf(userName: string): string {
    return this.#strangers.ticketOf(userName)
  }

  /** Whether the UserName appeared in this session: as a contact, a group member, on a card or in a friend request. */
  isKnown(userName: string): boolean {
    if (this.#contacts.has(userName) || this.#strangers.isKnown(userName)) return true
    for (const room of this.#rooms) if (room.member(userName)) return true
    return false
  }

  /** The own account, then every user in the address book. */
  friends(): User[] {
    return [this.self, ...[...this.#users].filter((user) => user !== this.#self && isFriend(user))]
  }

  isFriend(contact: Contact): boolean {
    return isFriend(contact)
  }

  /** Followed official accounts, without built-in ones such as `weixin`. */
  massivePlatforms(): MassivePlatform[] {
    return [...this.#platforms].filter(isFriend)
  }

  /** @param contactOnly only those saved to the address book */
  chatrooms(contactOnly = false): Chatroom[] {
    return [...this.#rooms].filter((room) => !contactOnly || traitsOf(room).isListed)
  }

  /** With `userName`, one friend or `undefined`, ignoring the other criteria; otherwise every friend that matches all criteria. */
  searchFriends(query: FriendQuery & { userName?: string | undefined }): User | undefined | User[] {
    if ('userName' in query) {
      const found = this.#contacts.get(query.userName ?? '')
      return found instanceof User && this.#isListed(found) ? found : undefined
    }
    return this.#names.search(query).filter((user) => this.#isListed(user))
  }

  #isListed(user: User): boolean {
    return user === this.#self || isFriend(user)
  }

  #applyLoaded(entry: ContactEntry, updated: ReadonlySet<string>, changes: ContactChanges): void {
    const known = this.#contacts.get(entry.userName)
    // Removed or described since the load began.
    if (updated.has(entry.userName) && (!(known instanceof Chatroom) || known.memberList.length > 0)) return
    this.applyGroup(entry, changes)
  }

  /** A group of which only the UserName is known. */
  #isBare(userName: string): boolean {
    const known = this.#contacts.get(userName)
    return known instanceof Chatroom && known.NickName === '' && known.memberList.length === 0
  }

  #apply(entry: ContactEntry, changes: ContactChanges): Contact {
    this.#listener.onDescribed?.([entry.fields, entry.members])
    this.#shareNames(entry)
    const known = this.#contacts.get(entry.userName)
    if (!known || (known !== this.#self && isOtherKind(known, entry))) {
      if (known) this.#remove(known)
      const described = known ? mergedEntry(known, entry) : entry
      const contact = this.#filledPlaceholder(described) ?? contactOf(described, this.#actions)
      this.#insert(contact)
      changes.noteAdded(contact)
      if (traitsOf(contact).permanentId !== undefined) changes.uins.push(contact.UserName)
      return contact
    }
    const wasFriend = isFriend(known)
    if (known instanceof User) this.#names.remove(known)
    const change = applyContact(known, entry)
    if (known instanceof User) this.#names.add(known)
    else if (known instanceof Chatroom) this.#checkOwner(known, entry)
    // Once out of a group, this account does not see who else left it.
    if (entry.isEmptied) change.left = change.left.filter(({ UserName }) => UserName === this.#self?.UserName)
    this.#noteUse(known)
    changes.note(known, change)
    if (wasFriend && !isFriend(known) && known !== this.#self && !(known instanceof Chatroom)) {
      changes.noteRemoved(known.UserName)
    }
    return known
  }

  /** Stores the UserName string of a contact once: friends are in many groups. */
  #shareNames({ members = [] }: ContactEntry): void {
    for (const member of members) member.UserName = this.#contacts.get(member.UserName)?.UserName ?? member.UserName
  }

  /** Clears an outdated `ChatRoomOwner`: `IsOwner` of the details decides whether the own account is the owner. */
  #checkOwner(room: Chatroom, entry: ContactEntry): void {
    if (!entry.members || 'ChatRoomOwner' in entry.fields) return
    if (room.ChatRoomOwner === this.#self?.UserName && room.IsOwner !== 1) {
      describeContact(room, { ChatRoomOwner: undefined })
    }
  }

  #drop(userName: string, changes: ContactChanges): boolean {
    const contact = this.#contacts.get(userName)
    if (!contact || contact === this.#self) return false
    this.#remove(contact)
    changes.noteRemoved(userName)
    return true
  }

  #filledPlaceholder(entry: ContactEntry): Contact | undefined {
    const contact = this.#strangers.takePlaceholder(entry.userName)
    if (!contact || isOtherKind(contact, entry)) return undefined
    applyContact(contact, entry)
    return contact
  }

  /** Updates the list of strangers; the least recently used one is removed when there are too many. */
  #noteUse(contact: Contact): void {
    this.#strangers.delete(contact.UserName)
    const forgotten = this.isStranger(contact) ? this.#strangers.add(contact) : undefined
    if (!forgotten) return
    this.#remove(forgotten)
    this.#listener.onForgotten?.(forgotten)
  }

  #insert(contact: Contact): void {
    this.#contacts.set(contact.UserName, contact)
    if (contact instanceof Chatroom) this.#rooms.add(contact)
    else if (contact instanceof MassivePlatform) this.#platforms.add(contact)
    else {
      this.#users.add(contact)
      this.#names.add(contact)
    }
    this.#noteUse(contact)
  }

  #remove(contact: Contact): void {
    this.#contacts.delete(contact.UserName)
    this.#strangers.delete(contact.UserName)
    if (contact instanceof Chatroom) this.#rooms.delete(contact)
    else if (contact instanceof MassivePlatform) this.#platforms.delete(contact)
    else {
      this.#users.delete(contact)
      this.#names.remove(contact)
    }
  }
}

/** In the address book and not built-in. */
function isFriend(contact: Contact): boolean {
  const { isListed, isBuiltIn } = traitsOf(contact)
  return isListed && !isBuiltIn
}
