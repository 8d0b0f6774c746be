import type { Chatroom, ChatroomMember, Contact } from '../../contact/contact.js'
import type { ContactChange } from './contact-objects.js'

/** A change to a contact's nickname, or to the remark that this account has set for the contact. */
export interface Renaming {
  contact: Contact
  field: 'NickName' | 'RemarkName'
  from: string
  to: string
}

/** A member who joined or left a group. */
export interface MemberChanges {
  chatroom: Chatroom
  member: ChatroomMember
}

/** Contacts and members that were added, changed or removed. */
export class ContactChanges {
  /** Contacts that are new to this account. */
  readonly added: Contact[] = []
  readonly renamed: Renaming[] = []
  readonly joined: MemberChanges[] = []
  readonly left: MemberChanges[] = []
  /** UserNames of the contacts whose permanent id became known. */
  readonly uins: string[] = []
  readonly #changed = new Set<Contact>()
  readonly #removed = new Set<string>()

  /** The contacts that were added or changed. */
  get changed(): Contact[] {
    return [...this.#changed]
  }

  /** UserNames of contacts removed from the address book, and of removed groups. */
  get removed(): string[] {
    return [...this.#removed]
  }

  get isEmpty(): boolean {
    return this.#changed.size === 0 && this.#removed.size === 0
  }

  noteAdded(contact: Contact): void {
    this.added.push(contact)
    this.#changed.add(contact)
  }

  noteRemoved(userName: string): void {
    this.#removed.add(userName)
  }

  note(contact: Contact, change: ContactChange): void {
    const { fields, joined, left, isChanged, isRevealed } = change
    if (fields.length === 0 && !isChanged && !isRevealed && joined.length === 0) return
    this.#changed.add(contact)
    if (isRevealed) this.uins.push(contact.UserName)
    for (const { key, from, to } of fields) {
      // Learning a contact's nickname does not count as a renaming.
      if (!isNameField(key) || (key === 'NickName' && !from)) continue
      this.renamed.push({ contact, field: key, from: String(from ?? ''), to: String(to ?? '') })
    }
    if (!('memberList' in contact)) return
    this.joined.push(...joined.map((member) => ({ chatroom: contact, member })))
    this.left.push(...left.map((member) => ({ chatroom: contact, member })))
  }
}

function isNameField(key: string): key is Renaming['field'] {
  return key === 'NickName' || key === 'RemarkName'
}
