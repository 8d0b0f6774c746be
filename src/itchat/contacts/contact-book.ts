import type { ContactActions } from '../../contact/actions.js'
import { Chatroom, type Contact, describeContact, MassivePlatform, User } from '../../contact/contact.js'
import type { ContactFields, MemberFields } from '../../contact/fields.js'
import type { ContactLookup } from '../../contact/lookup.js'
import type { FriendQuery } from '../../contact/operations.js'
import { StateError } from '../../errors.js'
import { FieldIndex } from '../../util/field-index.js'
import {
  applyContact,
  applyMember,
  type ContactEntry,
  contactOf,
  createContact,
  isOtherKind,
  readContact,
  readSavedContact,
} from '../../web/decode/contact.js'
import { isGroup } from '../../web/decode/group.js'
import { CONTACT_FLAG } from '../../web/wire/contact.js'
import { ContactNews } from './contact-news.js'

const NAME_FIELDS = ['RemarkName', 'NickName', 'Alias'] as const
const CRITERIA = ['name', 'remarkName', 'nickName', 'wechatAccount'] as const satisfies (keyof FriendQuery)[]

/** Names of people met outside the address book that are remembered. */
const MAX_MET = 10_000

/** What to look groups and official accounts up by. */
export interface NameQuery {
  userName?: string | undefined
  /** A part of the name. */
  name?: string | undefined
}

/** Everybody the account knows of, one object each. */
export class ContactBook implements ContactLookup {
  readonly #actions: ContactActions
  readonly #onDescribed: (described: unknown) => void
  readonly #contacts = new Map<string, Contact>()
  readonly #people = new Set<User>()
  readonly #platforms = new Set<MassivePlatform>()
  readonly #rooms = new Set<Chatroom>()
  readonly #byName = {
    RemarkName: new FieldIndex<User>(),
    NickName: new FieldIndex<User>(),
    Alias: new FieldIndex<User>(),
  }
  /** UserNames from cards and requests, with the ticket that accepts the request. */
  readonly #met = new Map<string, string>()
  /** What was told while the address book was on its way: it is newer than that. */
  #toldMeanwhile: Set<string> | undefined
  #self: User | undefined

  /** @param onDescribed is told what people are called and say of themselves, before anybody else sees it */
  constructor(actions: ContactActions, onDescribed: (described: unknown) => void = () => {}) {
    this.#actions = actions
    this.#onDescribed = onDescribed
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
    return this.#contacts.get(userName)
  }

  /** Everybody, strangers included. */
  all(): Contact[] {
    return [...this.#contacts.values()]
  }

  /** Starts anew with the own account, as the server sent it. */
  reset(self: unknown): void {
    this.#begin(readContact(self))
  }

  /** Starts anew with the fields of `self` that an earlier run saved. */
  restore(self: unknown): void {
    this.#begin(readSavedContact(self))
  }

  #begin(self: ContactEntry | undefined): void {
    const contact = self && contactOf(self, this.#actions)
    if (!(contact instanceof User)) throw new StateError('The reply contains no account data.')
    this.#onDescribed(contact)
    for (const set of [this.#contacts, this.#people, this.#platforms, this.#rooms, this.#met]) set.clear()
    for (const field of NAME_FIELDS) this.#byName[field].clear()
    this.#toldMeanwhile = undefined
    this.#self = contact
    this.#keep(contact)
  }

  /** Adds or brings up to date; an entry without UserName is left out. */
  apply(sent: unknown, news = new ContactNews()): Contact | undefined {
    const entry = this.#read(sent)
    if (!entry) return undefined
    this.#toldMeanwhile?.add(entry.userName)
    return this.#apply(entry, news)
  }

  /** Details asked for because of a message; a name the server does not know tells nothing. */
  applyMet(sent: unknown, news: ContactNews): void {
    if (readContact(sent)?.isStub === false) this.apply(sent, news)
  }

  /** Somebody is gone, as the server told. */
  remove(userName: string, news = new ContactNews()): boolean {
    this.#toldMeanwhile?.add(userName)
    return this.#drop(userName, news)
  }

  /** Fields of members, or of groups, that a sync told of. */
  applyMember(sent: unknown, news: ContactNews): void {
    const entry = readContact(sent)
    if (!entry) return
    if (isGroup(entry.userName)) {
      this.#apply(entry, news)
      return
    }
    for (const room of this.#rooms) this.describeMember(room, sent, news)
  }

  /** A permanent id of somebody; one that is known already stays. */
  learnUin(userName: string, uin: string, news: ContactNews): void {
    const contact = this.#contacts.get(userName)
    if (contact && contact.Uin === undefined) this.describe(contact, { Uin: uin }, news)
  }

  /** What this account did to a contact, known or new, and the server agreed to; not encoded. */
  describe(
    contact: { readonly UserName: string },
    fields: Partial<ContactFields> & { IsOwner?: number },
    news: ContactNews,
  ): void {
    const { UserName } = contact
    this.#apply({ userName: UserName, fields: { ...fields, UserName }, isStub: false }, news)
  }

  /** Members of a group are in or out. */
  replaceMembers(room: Chatroom, members: MemberFields[], news: ContactNews): void {
    this.#apply({ userName: room.UserName, fields: { MemberCount: members.length }, members, isStub: false }, news)
  }

  /** Details of one member. */
  describeMember(room: Chatroom, sent: unknown, news: ContactNews): void {
    const entry = readContact(sent)
    this.#onDescribed(entry)
    const member = room.member(entry?.userName ?? '')
    const fields = member ? applyMember(member, sent) : []
    if (fields.length > 0) news.note(room, { fields: [], joined: [], left: [], isChanged: true })
  }

  /** A group as the server answers for it: one it does not know any more is gone. */
  applyGroup(sent: unknown, news: ContactNews): void {
    const entry = this.#read(sent)
    if (entry) this.#applyGroup(entry, news)
  }

  /**
   * Puts a whole address book in place: whoever is not in it has left it. What was told while `fetch` ran is newer and stays;
   * groups that are not saved are not in it and stay.
   */
  async load(
    fetch: () => Promise<{ contacts: readonly unknown[]; groups: readonly unknown[] }>,
    news: ContactNews,
  ): Promise<void> {
    const told = new Set<string>()
    this.#toldMeanwhile = told
    try {
      const { contacts, groups } = await fetch()
      const names = new Set<string>()
      for (const entry of contacts.map(readContact)) {
        if (!entry) continue
        names.add(entry.userName)
        if (!told.has(entry.userName)) this.#apply(entry, news)
      }
      for (const contact of [...this.#people, ...this.#platforms]) {
        const { UserName } = contact
        if (isFriend(contact) && !names.has(UserName) && !told.has(UserName)) this.#drop(UserName, news)
      }
      for (const sent of groups) {
        const entry = this.#read(sent)
        if (!entry) continue
        const known = this.#contacts.get(entry.userName)
        // Gone meanwhile, or described anew.
        if (told.has(entry.userName) && (!(known instanceof Chatroom) || known.memberList.length > 0)) continue
        this.#applyGroup(entry, news)
      }
    } finally {
      if (this.#toldMeanwhile === told) this.#toldMeanwhile = undefined
    }
  }

  /** A contact nobody described yet. It is not kept. */
  stranger(fields: { UserName: string }): Contact {
    return createContact(fields, this.#actions) ?? this.self
  }

  /** Remembers somebody from a card, or from a request with the ticket that accepts it. */
  meet(userName: string, ticket = ''): void {
    if (userName === '') return
    if (this.#met.size >= MAX_MET) this.#met.delete(this.#met.keys().next().value ?? '')
    this.#met.set(userName, ticket || (this.#met.get(userName) ?? ''))
  }

  /** The ticket of this person's latest request; `''` when none came. */
  ticketOf(userName: string): string {
    return this.#met.get(userName) ?? ''
  }

  /** Whether the server ever named this person to us: as a contact, a group's member, on a card or in a request. */
  hasMet(userName: string): boolean {
    if (this.#contacts.has(userName) || this.#met.has(userName)) return true
    for (const room of this.#rooms) if (room.member(userName)) return true
    return false
  }

  /** Oneself first, then everybody in the address book. */
  friends(): User[] {
    return [this.self, ...[...this.#people].filter((user) => user !== this.#self && isFriend(user))]
  }

  isFriend(user: User): boolean {
    return isFriend(user)
  }

  /** Official accounts people follow; built-in ones such as `weixin` are none. */
  massivePlatforms(): MassivePlatform[] {
    return [...this.#platforms].filter(isFriend)
  }

  /** @param contactOnly only those saved to the address book */
  chatrooms(contactOnly = false): Chatroom[] {
    return [...this.#rooms].filter((room) => !contactOnly || room.ContactFlag & CONTACT_FLAG.contact)
  }

  /** By `userName` one or `undefined`, whatever else is asked; else everybody who matches all that is asked. */
  searchFriends(query: FriendQuery & { userName?: string | undefined }): User | undefined | User[] {
    if ('userName' in query) {
      const found = this.#contacts.get(query.userName ?? '')
      return found instanceof User && this.#isListed(found) ? found : undefined
    }
    const wanted = CRITERIA.filter((criterion) => criterion in query)
    let found: readonly User[] | undefined
    for (const criterion of wanted) {
      // An empty criterion finds nobody: a lookup whose key is missing must not find everybody.
      const matching = this.#find(criterion, query[criterion] ?? '')
      const both = new Set(matching)
      found = found === undefined ? matching : found.filter((user) => both.has(user))
    }
    return (found ?? []).filter((user) => this.#isListed(user))
  }

  /** By `userName` one or `undefined`; by `name` those whose nickname contains it; nothing asked, nobody found. */
  searchChatrooms(query: NameQuery): Chatroom | undefined | Chatroom[] {
    if (!('userName' in query)) return named(this.#rooms, query.name)
    const found = this.#contacts.get(query.userName ?? '')
    return found instanceof Chatroom ? found : undefined
  }

  /** As `searchChatrooms`, among the official accounts. */
  searchMps(query: NameQuery): MassivePlatform | undefined | MassivePlatform[] {
    if (!('userName' in query)) return named(this.#platforms, query.name).filter(isFriend)
    const found = this.#contacts.get(query.userName ?? '')
    return found instanceof MassivePlatform && isFriend(found) ? found : undefined
  }

  /** Friends are in many groups: the text of their UserName is kept once. */
  #read(sent: unknown): ContactEntry | undefined {
    const entry = readContact(sent)
    for (const member of entry?.members ?? []) {
      member.UserName = this.#contacts.get(member.UserName)?.UserName ?? member.UserName
    }
    return entry
  }

  #find(criterion: (typeof CRITERIA)[number], text: string): readonly User[] {
    const { RemarkName, NickName, Alias } = this.#byName
    switch (criterion) {
      case 'name': {
        const [remark, nick, alias] = [RemarkName.get(text), NickName.get(text), Alias.get(text)]
        return remark.length + nick.length + alias.length < 2
          ? (remark.length && remark) || (nick.length && nick) || alias
          : [...new Set([...remark, ...nick, ...alias])]
      }
      case 'remarkName':
        return RemarkName.get(text)
      case 'nickName':
        return NickName.get(text)
      case 'wechatAccount':
        return Alias.get(text)
    }
  }

  #isListed(user: User): boolean {
    return user === this.#self || isFriend(user)
  }

  #applyGroup(entry: ContactEntry, news: ContactNews): void {
    if (entry.isStub) this.#drop(entry.userName, news)
    else this.#apply(entry, news)
  }

  #apply(entry: ContactEntry, news: ContactNews): Contact {
    this.#onDescribed(entry)
    const known = this.#contacts.get(entry.userName)
    if (!known || (known !== this.#self && isOtherKind(known, entry))) {
      if (known) this.#forget(known)
      // Of another kind now; what was not sent is as it was.
      const contact = contactOf({ ...entry, fields: { ...known, ...entry.fields } }, this.#actions)
      this.#keep(contact)
      news.noteAdded(contact)
      if (contact.Uin !== undefined) news.uins.push(contact.UserName)
      return contact
    }
    const wasFriend = isFriend(known)
    if (known instanceof User) this.#unindex(known)
    const change = applyContact(known, entry)
    if (known instanceof User) this.#index(known)
    else if (known instanceof Chatroom) this.#checkOwner(known, entry)
    news.note(known, change)
    if (wasFriend && !isFriend(known) && known !== this.#self && !(known instanceof Chatroom)) {
      news.noteRemoved(known.UserName)
    }
    return known
  }

  /** Details say whether oneself is the owner; what an older entry said of it is over. */
  #checkOwner(room: Chatroom, entry: ContactEntry): void {
    if (!entry.members || 'ChatRoomOwner' in entry.fields) return
    if (room.ChatRoomOwner === this.#self?.UserName && room.IsOwner !== 1) {
      describeContact(room, { ChatRoomOwner: undefined })
    }
  }

  #drop(userName: string, news: ContactNews): boolean {
    const contact = this.#contacts.get(userName)
    if (!contact || contact === this.#self) return false
    this.#forget(contact)
    news.noteRemoved(userName)
    return true
  }

  #keep(contact: Contact): void {
    this.#contacts.set(contact.UserName, contact)
    if (contact instanceof Chatroom) this.#rooms.add(contact)
    else if (contact instanceof MassivePlatform) this.#platforms.add(contact)
    else {
      this.#people.add(contact)
      this.#index(contact)
    }
  }

  #forget(contact: Contact): void {
    this.#contacts.delete(contact.UserName)
    if (contact instanceof Chatroom) this.#rooms.delete(contact)
    else if (contact instanceof MassivePlatform) this.#platforms.delete(contact)
    else {
      this.#people.delete(contact)
      this.#unindex(contact)
    }
  }

  #index(user: User): void {
    for (const field of NAME_FIELDS) this.#byName[field].add(user[field], user)
  }

  #unindex(user: User): void {
    for (const field of NAME_FIELDS) this.#byName[field].remove(user[field], user)
  }
}

/** In the address book, and not one of the accounts every phone has. @see docs/protocol.md §9.5 */
function isFriend(contact: Contact): boolean {
  return contact.UserName.startsWith('@') && (contact.ContactFlag & CONTACT_FLAG.contact) !== 0
}

function named<T extends Contact>(among: Iterable<T>, name: string | undefined): T[] {
  const found: T[] = []
  if (name) for (const contact of among) if (contact.NickName.includes(name)) found.push(contact)
  return found
}
