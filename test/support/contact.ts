import { contactOf } from '../../src/account/contacts/contact-objects.js'
import type { ContactActions } from '../../src/contact/actions.js'
import type { Contact } from '../../src/contact/contact.js'
import type { ContactEntry } from '../../src/transport/contacts.js'
import { readContact } from '../../src/transports/web/decode/contact.js'

/** A contact as the server describes it, read. */
export function entryOf(sent: object): ContactEntry {
  const entry = readContact(sent)
  if (!entry) throw new Error('The contact has no UserName.')
  return entry
}

/** The object for a contact as the server describes it. */
export function contactFrom(sent: object): Contact {
  return contactFor(entryOf(sent))
}

/** The object for a contact that was read. */
export function contactFor(entry: ContactEntry): Contact {
  return contactOf(entry, {} as ContactActions)
}
