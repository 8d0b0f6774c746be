import type { ContactActions } from '../../contact/actions.js'
import { traitsOf } from '../../contact/base.js'
import { describeMember, hasMembers } from '../../contact/chatroom.js'
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
  /** Details of the groups; `undefined` for a group that the server did not return. */
  groups: readonly (ContactEntry | undefined)[]
}

interface BookListener {
  /** Called with names and other text that contacts choose themselves, before these are applied. */
  onDescribed?(described: unknown): void
  /** Called when a stranger is evicted from memory; the server has not reported a removal. */
  onForgotten?(contact: Contact): void
}

/** All contacts known to the account, with one object per contact. */
export class ContactBook implements ContactLookup {
  readonly #actions: ContactActions
  readonly #listener: BookListener
  readonly #contacts = new Map<string, Contact>()
  readonly #users = new Set<User>()
  readonly #platforms = new Set<MassivePlatform>()
  readonly #rooms = new Set<Chatroom>()
  readonly #strangers = new StrangerList()
  readonly #names = new PeopleIndex()
  /** UserNames updated while the address book is being fetched; these updates are newer than the fetched data. */
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

  /** Clears the book and adds this account. @throws StateError if `self` is missing or not a user */
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
   * Applies details that were fetched for a message, or because they were missing. If the server does not know the
   * UserName, nothing changes, except that a group is removed if nothing but its UserName was known.
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

  /** Applies fields of a group or group member reported by a sync. */
  applyMember(entry: ContactEntry, changes: ContactChanges): void {
    if (entry.kind === 'chatroom') this.#apply(entry, changes)
    else for (const room of this.#rooms) if (room.member(entry.userName)) this.describeMember(room, entry, changes)
  }

  /** Records the permanent id of a contact, unless it is already known. */
  learnId({ userName, permanentId, fields }: RevealedId, changes: ContactChanges): void {
    const contact = this.#contacts.get(userName)
    if (!contact || traitsOf(contact).permanentId !== undefined) return
    this.#apply({ userName, fields, traits: { permanentId }, isStub: false }, changes)
  }

  /** Applies a change by this account that the server accepted. */
  describe(entry: ContactEntry, changes: ContactChanges): void {
    this.#apply(entry, changes)
  }

  /** Sets the members of a group. */
  replaceMembers({ UserName }: Chatroom, remaining: readonly Readonly<MemberFields>[], changes: ContactChanges): void {
    const members = remaining.map((member) => ({ ...member }))
    const fields = { UserName, MemberCount: members.length }
    this.#apply({ userName: UserName, fields, members, traits: {}, isStub: false }, changes)
  }

  /** Applies the details of one group member. */
  describeMember(room: Chatroom, { userName, fields }: ContactEntry, changes: ContactChanges): void {
    this.#listener.onDescribed?.(fields)
    const member = room.member(userName)
    const changed = member ? describeMember(member, fields) : []
    if (changed.length > 0) {
      changes.note(room, { fields: [], joined: [], left: [], isChanged: true, isRevealed: false })
    }
  }

  /** Applies the server's reply for a group. A group that the server does not know is removed. */
  applyGroup(entry: ContactEntry, changes: ContactChanges): void {
    if (entry.isStub) this.#drop(entry.userName, changes)
    else if (!entry.isEmptied) this.#apply(entry, changes)
    else this.#apply({ ...entry, fields: { ...entry.fields, MemberCount: 0 }, members: [] }, changes)
  }

  /**
   * Replaces the whole address book and removes contacts that are missing from the new one. Updates that arrived while
   * `fetch` was running are newer and are kept. Groups that are not saved to the address book are never listed and are
   * kept, too. If the new book is empty, or has missing or unreadable entries, no contacts are removed.
   *
   * @returns the number of contacts that were kept although they are missing from the new book
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

  /**
   * Returns the placeholder for a contact without details. The same object is filled in when the server sends the
   * details.
   */
  stranger(entry: ContactEntry): Contact {
    const contact = this.#strangers.placeholder(entry.userName, () => contactOf(entry, this.#actions))
    applyContact(contact, entry)
    return contact
  }

  /** Whether a contact is outside the address book. Groups, built-in accounts and this account are never strangers. */
  isStranger(contact: Contact): boolean {
    const { isListed, isBuiltIn } = traitsOf(contact)
    return !(contact instanceof Chatroom) && contact !== this.#self && !isBuiltIn && !isListed
  }

  /** Remembers a user from a card or, with the ticket, from a friend request. */
  remember(userName: string, ticket = ''): void {
    this.#strangers.remember(userName, ticket)
  }

  /** The ticket from the user's latest friend request; `''` if unknown. */
  ticketOf(userName: string): string {
    return this.#strangers.ticketOf(userName)
  }

  /**
   * Whether the UserName has appeared in this session: as a contact or group member, on a card or in a friend request.
   */
  isKnown(userName: string): boolean {
    if (this.#contacts.has(userName) || this.#strangers.isKnown(userName)) return true
    for (const room of this.#rooms) if (room.member(userName)) return true
    return false
  }

  /** This account, followed by every user in the address book. */
  friends(): User[] {
    return [this.self, ...[...this.#users].filter((user) => user !== this.#self && isFriend(user))]
  }

  isFriend(contact: Contact): boolean {
    return isFriend(contact)
  }

  /** Followed official accounts, except built-in ones such as `weixin`. */
  massivePlatforms(): MassivePlatform[] {
    return [...this.#platforms].filter(isFriend)
  }

  /** @param contactOnly whether to return only groups saved to the address book */
  chatrooms(contactOnly = false): Chatroom[] {
    return [...this.#rooms].filter((room) => !contactOnly || traitsOf(room).isListed)
  }

  /**
   * With `userName`, returns one friend or `undefined`, and ignores the other criteria. Otherwise, returns every friend
   * who matches all criteria.
   */
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
    // The group has been removed or described since the load began.
    if (updated.has(entry.userName) && (!(known instanceof Chatroom) || hasMembers(known))) return
    this.applyGroup(entry, changes)
  }

  /** Whether nothing but the UserName of a group is known. */
  #isBare(userName: string): boolean {
    const known = this.#contacts.get(userName)
    return known instanceof Chatroom && known.NickName === '' && !hasMembers(known)
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
    // Once this account has left a group, it cannot see who else has left.
    if (entry.isEmptied) change.left = change.left.filter(({ UserName }) => UserName === this.#self?.UserName)
    this.#noteUse(known)
    changes.note(known, change)
    if (wasFriend && !isFriend(known) && known !== this.#self && !(known instanceof Chatroom)) {
      changes.noteRemoved(known.UserName)
    }
    return known
  }

  /** Shares one UserName string per contact to save memory, because friends are members of many groups. */
  #shareNames({ members = [] }: ContactEntry): void {
    for (const member of members) member.UserName = this.#contacts.get(member.UserName)?.UserName ?? member.UserName
  }

  /** Clears an outdated `ChatRoomOwner`: `IsOwner` in the details determines whether this account is the owner. */
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

  /** Updates the list of strangers. If there are too many, the least recently used one is removed. */
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

/** Whether a contact is in the address book and not built in. */
function isFriend(contact: Contact): boolean {
  const { isListed, isBuiltIn } = traitsOf(contact)
  return isListed && !isBuiltIn
}
