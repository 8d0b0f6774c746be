import type { Contact } from '../../contact/contact.js'
import { RecentMap } from '../../util/recent-map.js'

/** People and official accounts outside the address book that are known. */
const MAX_STRANGERS = 5_000

/** Contacts handed out before the server described them. */
const MAX_PLACEHOLDERS = 1_000

/** Names of people met outside the address book: on cards and in requests. */
const MAX_MET = 10_000

/** Everybody outside the address book, as many as there is room for; the least recently used are forgotten first. */
export class StrangerList {
  readonly #known = new RecentMap<Contact>(MAX_STRANGERS)
  readonly #placeholders = new RecentMap<Contact>(MAX_PLACEHOLDERS)
  /** UserNames with the ticket that accepts a request. */
  readonly #met = new RecentMap<string>(MAX_MET)

  clear(): void {
    for (const map of [this.#known, this.#placeholders, this.#met]) map.clear()
  }

  /** @returns who is forgotten to make room */
  add(contact: Contact): Contact | undefined {
    return this.#known.set(contact.UserName, contact)
  }

  delete(userName: string): void {
    this.#known.delete(userName)
  }

  /** Counts as used, if it is one. */
  touch(userName: string): void {
    this.#known.get(userName)
  }

  /** The contact for a UserName without details: one object, as long as it is remembered. */
  placeholder(userName: string, create: () => Contact): Contact {
    const contact = this.#placeholders.get(userName) ?? create()
    this.#placeholders.set(userName, contact)
    return contact
  }

  /** Gives up a placeholder: the server described the contact. */
  takePlaceholder(userName: string): Contact | undefined {
    const contact = this.#placeholders.get(userName)
    this.#placeholders.delete(userName)
    return contact
  }

  remember(userName: string, ticket: string): void {
    if (userName !== '') this.#met.set(userName, ticket || (this.#met.get(userName) ?? ''))
  }

  isKnown(userName: string): boolean {
    return this.#met.has(userName)
  }

  ticketOf(userName: string): string {
    return this.#met.get(userName) ?? ''
  }
}
