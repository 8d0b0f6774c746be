import type { ContactActions } from '../contact/actions.js'
import { Chatroom, type Contact, MassivePlatform, User } from '../contact/contact.js'
import type { ContactLookup } from '../contact/lookup.js'
import { StateError } from '../errors.js'
import { applyContact, createContact } from '../web/decode/contact.js'
import { CONTACT_FLAG } from '../web/wire/contact.js'

/** What to look a friend up by; all that are given must match exactly. */
export interface FriendQuery {
  /** Remark, nickname or WeChat id. */
  name?: string | undefined
  remarkName?: string | undefined
  nickName?: string | undefined
  wechatAccount?: string | undefined
}

const CRITERIA = ['name', 'remarkName', 'nickName', 'wechatAccount'] as const satisfies (keyof FriendQuery)[]

/** Everybody the account knows of, one object each. */
export class ContactBook implements ContactLookup {
  readonly #actions: ContactActions
  readonly #contacts = new Map<string, Contact>()
  #self: User | undefined

  constructor(actions: ContactActions) {
    this.#actions = actions
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

  /** Starts anew with the own account. */
  reset(self: unknown): void {
    this.#contacts.clear()
    const contact = createContact(self, this.#actions)
    if (!(contact instanceof User)) throw new StateError('The server described no own account.')
    this.#self = contact
    this.#contacts.set(contact.UserName, contact)
  }

  /** Adds or brings up to date; resolves to the contact, `undefined` for an entry without UserName. */
  apply(sent: unknown): Contact | undefined {
    const fresh = createContact(sent, this.#actions)
    if (!fresh) return undefined
    const known = this.#contacts.get(fresh.UserName)
    if (!known) {
      this.#contacts.set(fresh.UserName, fresh)
      return fresh
    }
    applyContact(known, sent)
    return known
  }

  remove(userName: string): boolean {
    return userName !== this.#self?.UserName && this.#contacts.delete(userName)
  }

  /** A contact nobody described yet. It is not kept. */
  stranger(fields: { UserName: string }): Contact {
    return createContact(fields, this.#actions) ?? this.self
  }

  /** Oneself first, then everybody in the address book. */
  friends(): User[] {
    const others = this.#all(User).filter(
      (user) => user !== this.#self && user.UserName.startsWith('@') && user.ContactFlag & CONTACT_FLAG.contact,
    )
    return [this.self, ...others]
  }

  /** Official accounts people follow; built-in ones such as `weixin` are none. */
  massivePlatforms(): MassivePlatform[] {
    return this.#all(MassivePlatform).filter((platform) => platform.UserName.startsWith('@'))
  }

  /** @param contactOnly only those saved to the address book */
  chatrooms(contactOnly = false): Chatroom[] {
    return this.#all(Chatroom).filter((room) => !contactOnly || room.ContactFlag & CONTACT_FLAG.contact)
  }

  /** By `userName` one or `undefined`, whatever else is asked; else everybody who matches all that is asked. */
  searchFriends(query: FriendQuery & { userName?: string }): User | undefined | User[] {
    if ('userName' in query) return this.friends().find((user) => user.UserName === query.userName)
    if (!CRITERIA.some((criterion) => criterion in query)) return []
    const matches = (user: User) =>
      matchesAny(query.name, 'name' in query, [user.RemarkName, user.NickName, user.Alias]) &&
      matchesAny(query.remarkName, 'remarkName' in query, [user.RemarkName]) &&
      matchesAny(query.nickName, 'nickName' in query, [user.NickName]) &&
      matchesAny(query.wechatAccount, 'wechatAccount' in query, [user.Alias])
    return this.friends().filter(matches)
  }

  /** By `userName` one or `undefined`; by `name` those whose nickname contains it; nothing asked, nobody found. */
  searchByName<T extends Contact>(
    among: readonly T[],
    query: { userName?: string; name?: string | undefined },
  ): T | undefined | T[] {
    if ('userName' in query) return among.find((contact) => contact.UserName === query.userName)
    const { name } = query
    return name ? among.filter((contact) => contact.NickName.includes(name)) : []
  }

  #all<T extends Contact>(kind: abstract new (...args: never[]) => T): T[] {
    return [...this.#contacts.values()].filter((contact): contact is T => contact instanceof kind)
  }
}

/** An empty criterion that was given finds nobody: a lookup whose key is missing must not find everybody. */
function matchesAny(wanted: string | undefined, isGiven: boolean, values: readonly string[]): boolean {
  if (!isGiven) return true
  return wanted !== undefined && wanted !== '' && values.includes(wanted)
}
