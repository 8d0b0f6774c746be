import type { Contact } from '../../contact/contact.js'
import { RecentMap } from '../../util/recent-map.js'

/** Users and official accounts outside the address book. */
const MAX_STRANGERS = 5_000

/** Contacts returned before the server described them. */
const MAX_PLACEHOLDERS = 1_000

/** UserNames seen on cards and in friend requests. */
const MAX_SEEN = 10_000

/** Contacts outside the address book, up to a limit; the least recently used are dropped first. */
export class StrangerList {
  readonly #known = new RecentMap<Contact>(MAX_STRANGERS)
  readonly #placeholders = new RecentMap<Contact>(MAX_PLACEHOLDERS)
  /** Tickets that accept a friend request, by UserName; `''` without one. */
  readonly #tickets = new RecentMap<string>(MAX_SEEN)

  clear(): void {
    for (const map of [this.#known, this.#placeholders, this.#tickets]) map.clear()
  }

  /** @returns the contact dropped to make room */
  add(contact: Contact): Contact | undefined {
    return this.#known.set(contact.UserName, contact)
  }

  delete(userName: string): void {
    this.#known.delete(userName)
  }

  /** Marks a stranger as recently used. */
  touch(userName: string): void {
    this.#known.get(userName)
  }

  /** The contact for a UserName without details: the same object while it is remembered. */
  placeholder(userName: string, create: () => Contact): Contact {
    const contact = this.#placeholders.get(userName) ?? create()
    this.#placeholders.set(userName, contact)
    return contact
  }

  /** Removes and returns a placeholder once the server has described the contact. */
  takePlaceholder(userName: string): Contact | undefined {
    const contact = this.#placeholders.get(userName)
    this.#placeholders.delete(userName)
    return contact
  }

  remember(userName: string, ticket: string): void {
    if (userName !== '') this.#tickets.set(userName, ticket || (this.#tickets.get(userName) ?? ''))
  }

  isKnown(userName: string): boolean {
    return this.#tickets.has(userName)
  }

  ticketOf(userName: string): string {
    return this.#tickets.get(userName) ?? ''
  }
}
