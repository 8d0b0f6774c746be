import type { Contact } from '../../contact/contact.js'
import { RecentMap } from '../../util/recent-map.js'

/** Maximum number of users and official accounts outside the address book. */
const MAX_STRANGERS = 5_000

/** Maximum number of placeholders for contacts that the server has not described yet. */
const MAX_PLACEHOLDERS = 1_000

/** Maximum number of UserNames remembered from cards and friend requests. */
const MAX_SEEN = 10_000

/** Contacts outside the address book, up to a limit; the least recently used are dropped first. */
export class StrangerList {
  readonly #known = new RecentMap<Contact>(MAX_STRANGERS)
  readonly #placeholders = new RecentMap<Contact>(MAX_PLACEHOLDERS)
  /** Tickets for accepting friend requests, by UserName; `''` if unknown. */
  readonly #tickets = new RecentMap<string>(MAX_SEEN)

  clear(): void {
    for (const map of [this.#known, this.#placeholders, this.#tickets]) map.clear()
  }

  /** @returns the contact that was dropped to make room, if any */
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

  /** The placeholder for a contact without details. The same object is returned as long as it is remembered. */
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
