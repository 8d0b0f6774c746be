import { contactOf } from '../../src/account/contacts/contact-objects.js'
import type { ContactActions } from '../../src/contact/actions.js'
import type { Contact } from '../../src/contact/contact.js'
import type { ContactEntry } from '../../src/transport/contacts.js'
import { readContact } from '../../src/transports/web/decode/contact.js'

/** Parses a contact as sent by the server. */
export function entryOf(sent: object): ContactEntry {
  const entry = readContact(sent)
  if (!entry) throw new Error('The contact has no UserName.')
  return entry
}

/** Creates the public object for a contact as sent by the server. */
export function contactFrom(sent: object): Contact {
  return contactFor(entryOf(sent))
}

/** Creates the public object for a parsed contact. */
export function contactFor(entry: ContactEntry): Contact {
  return contactOf(entry, {} as ContactActions)
}
