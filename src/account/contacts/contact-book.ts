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
  /** Details of groups; `undefined` where the server gave none. */
  groups: readonly (ContactEntry | undefined)[]
}

interface BookListener {
  /** What people are called and say of themselves, before anybody else sees it. */
  onDescribed?(described: unknown): void
  /** Not kept any more; the server did not say that they left. */
  onForgotten?(contact: Contact): void
}

/** Everybody the account knows of, one object each. */
export class ContactBook implements ContactLookup {
  readonly #actions: ContactActions
  readonly #listener: BookListener
  readonly #contacts = new Map<string, Contact>()
  readonly #people = new Set<User>()
  readonly #platforms = new Set<MassivePlatform>()
  readonly #rooms = new Set<Chatroom>()
  readonly #strangers = new StrangerList()
  readonly #names = new PeopleIndex()
  /** Names with news while the address book is on its way: these are newer. */
  #updatedDuringLoad: Set<string> | undefined
  #self: User | undefined

  constructor(actions: ContactActions, listener: BookListener = {}) {
    this.#actions = actions
    this.#listener = listener
  }

  /** @throws StateError before the first login */
  get self(): User {
    if (!this.#self) throw new StateError('Nobody is logged in yet: call autoLogin() or login() first.')
    return this.#self
  }

  get hasSelf(): boolean {
    return this.#self !== undefined
  }

  get(userName: string): Contact | undefined {
    this.#strangers.touch(userName)
    return this.#contacts.get(userName)
  }

  /** Everybody, strangers included. */
  all(): Contact[] {
    return [...this.#contacts.values()]
  }

  /** Starts anew with the own account. @throws StateError when it is missing, or is not a person's */
  reset(self: ContactEntry | undefined): void {
    const contact = self && contactOf(self, this.#actions)
    if (!(contact instanceof User)) throw new StateError('The reply contains no account data.')
    this.#listener.onDescribed?.(contact)
    for (const set of [this.#contacts, this.#people, this.#platforms, this.#rooms]) set.clear()
    this.#strangers.clear()
    this.#names.clear()
    this.#updatedDuringLoad = undefined
    this.#self = contact
    this.#keep(contact)
  }

  /** Adds a contact or brings it up to date. */
  apply(entry: ContactEntry, changes = new ContactChanges()): Contact {
    this.#updatedDuringLoad?.add(entry.userName)
    return this.#apply(entry, changes)
  }

  /**
   * Details asked for because of a message, or because they were missing. A name that the server does not know says nothing,
   * but for a group of which nothing else is known either: it is gone.
   */
  applyDetails(entry: ContactEntry, changes: ContactChanges): void {
    if (!entry.isStub) this.apply(entry, changes)
    else if (this.#isBare(entry.userName)) this.remove(entry.userName, changes)
  }

  /** The server reported that somebody is gone. */
  remove(userName: string, changes = new ContactChanges()): boolean {
    this.#updatedDuringLoad?.add(userName)
    return this.#drop(userName, changes)
  }

  /** Fields of a member, or of a group, that a sync reported. */
  applyMember(entry: ContactEntry, changes: ContactChanges): void {
    if (entry.kind === 'chatroom') this.#apply(entry, changes)
    else for (const room of this.#rooms) if (room.member(entry.userName)) this.describeMember(room, entry, changes)
  }

  /** A permanent id of somebody; one that is known already stays. */
  learnId({ userName, permanentId, fields }: RevealedId, changes: ContactChanges): void {
    const contact = this.#contacts.get(userName)
    if (!contact || traitsOf(contact).permanentId !== undefined) return
    this.#apply({ userName, fields, traits: { permanentId }, isStub: false }, changes)
  }

  /** What this account changed, and the server agreed to. */
  describe(entry: ContactEntry, changes: ContactChanges): void {
    this.#apply(entry, changes)
  }

  /** Members of a group are in or out. */
  replaceMembers({ UserName }: Chatroom, staying: readonly Readonly<MemberFields>[], changes: ContactChanges): void {
    const members = staying.map((member) => ({ ...member }))
    const fields = { UserName, MemberCount: members.length }
    this.#apply({ userName: UserName, fields, members, traits: {}, isStub: false }, changes)
  }

  /** Details of one member. */
  describeMember(room: Chatroom, { userName, fields }: ContactEntry, changes: ContactChanges): void {
    this.#listener.onDescribed?.(fields)
    const member = room.member(userName)
    const changed = member ? describeMember(member, fields) : []
    if (changed.length > 0) {
      changes.note(room, { fields: [], joined: [], left: [], isChanged: true, isRevealed: false })
    }
  }

  /** A group as the server answers for it: one it does not know any more is gone. */
  applyGroup(entry: ContactEntry, changes: ContactChanges): void {
    if (entry.isStub) this.#drop(entry.userName, changes)
    else if (!entry.isEmptied) this.#apply(entry, changes)
    else this.#apply({ ...entry, fields: { ...entry.fields, MemberCount: 0 }, members: [] }, changes)
  }

  /**
   * Replaces the whole address book: contacts it lacks have left it. What arrived while `fetch` ran is newer and stays;
   * groups that are not saved are not in it and stay. An incomplete book removes no contacts: one with entries missing or
   * unreadable, or without entries.
   *
   * @returns how many are not in it and stay for that reason
   */
  async load(fetch: () => Promise<LoadedBook>, changes: ContactChanges): Promise<number> {
    const told = new Set<string>()
    this.#updatedDuringLoad = told
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
        if (!told.has(entry.userName)) this.#apply(entry, changes)
      }
      if (names.size === 0) isWhole = false
      const absent = [...this.#people, ...this.#platforms].filter(
        (contact) => isFriend(contact) && !names.has(contact.UserName) && !told.has(contact.UserName),
      )
      if (isWhole) for (const { UserName } of absent) this.#drop(UserName, changes)
      for (const group of groups) if (group) this.#applyLoaded(group, told, changes)
      return isWhole ? 0 : absent.length
    } finally {
      if (this.#updatedDuringLoad === told) this.#updatedDuringLoad = undefined
    }
  }

  /** A contact without details yet. Once the server sends them, the same object is filled and kept. */
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

  /** Remembers somebody from a card, or from a request with the ticket that accepts it. */
  remember(userName: string, ticket = ''): void {
    this.#strangers.remember(userName, ticket)
  }

  /** The ticket of this person's latest request; `''` when none came. */
  ticketOf(userName: string): string {
    return this.#strangers.ticketOf(userName)
  }

  /** Whether the server ever named this person to us: as a contact, a group's member, on a card or in a request. */
  isKnown(userName: string): boolean {
    if (this.#contacts.has(userName) || this.#strangers.isKnown(userName)) return true
    for (const room of this.#rooms) if (room.member(userName)) return true
    return false
  }

  /** Oneself first, then everybody in the address book. */
  friends(): User[] {
    return [this.self, ...[...this.#people].filter((user) => user !== this.#self && isFriend(user))]
  }

  isFriend(contact: Contact): boolean {
    return isFriend(contact)
  }

  /** Official accounts people follow; built-in ones such as `weixin` are none. */
  massivePlatforms(): MassivePlatform[] {
    return [...this.#platforms].filter(isFriend)
  }

  /** @param contactOnly only those saved to the address book */
  chatrooms(contactOnly = false): Chatroom[] {
    return [...this.#rooms].filter((room) => !contactOnly || traitsOf(room).isListed)
  }

  /** By `userName` one or `undefined`, whatever the other criteria; else everybody who matches all criteria. */
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

  #applyLoaded(entry: ContactEntry, told: ReadonlySet<string>, changes: ContactChanges): void {
    const known = this.#contacts.get(entry.userName)
    // Gone meanwhile, or described anew.
    if (told.has(entry.userName) && (!(known instanceof Chatroom) || known.memberList.length > 0)) return
    this.applyGroup(entry, changes)
  }

  /** A group that is known by its UserName alone. */
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
      this.#keep(contact)
      changes.noteAdded(contact)
      if (traitsOf(contact).permanentId !== undefined) changes.uins.push(contact.UserName)
      return contact
    }
    const wasFriend = isFriend(known)
    if (known instanceof User) this.#names.remove(known)
    const change = applyContact(known, entry)
    if (known instanceof User) this.#names.add(known)
    else if (known instanceof Chatroom) this.#checkOwner(known, entry)
    // Who is out of a group does not learn who else left it.
    if (entry.isEmptied) change.left = change.left.filter(({ UserName }) => UserName === this.#self?.UserName)
    this.#noteUse(known)
    changes.note(known, change)
    if (wasFriend && !isFriend(known) && known !== this.#self && !(known instanceof Chatroom)) {
      changes.noteRemoved(known.UserName)
    }
    return known
  }

  /** Friends are in many groups: the text of their UserName is kept once. */
  #shareNames({ members = [] }: ContactEntry): void {
    for (const member of members) member.UserName = this.#contacts.get(member.UserName)?.UserName ?? member.UserName
  }

  /** Details say whether oneself is the owner; what an older entry said of it is over. */
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

  #keep(contact: Contact): void {
    this.#contacts.set(contact.UserName, contact)
    if (contact instanceof Chatroom) this.#rooms.add(contact)
    else if (contact instanceof MassivePlatform) this.#platforms.add(contact)
    else {
      this.#people.add(contact)
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
      this.#people.delete(contact)
      this.#names.remove(contact)
    }
  }
}

/** In the address book, and not one of the accounts every phone has. */
function isFriend(contact: Contact): boolean {
  const { isListed, isBuiltIn } = traitsOf(contact)
  return isListed && !isBuiltIn
}
