import { int, list } from '../../util/read.js'
import { BATCH_CONTACT_LIMIT } from '../wire/constants.js'
import type { BatchContactEntry } from '../wire/contact.js'
import { callJson, type Web } from './call.js'

const TRIES = 3
/** More pages than any address book has; against a server that never ends. */
const MAX_PAGES = 200

/** The whole address book; entries are as sent, unchecked. @see docs/protocol.md §4.1 */
export async function getContacts(web: Web, signal?: AbortSignal): Promise<unknown[]> {
  let contacts: unknown[] = []
  let seq = 0
  for (let page = 0; page < MAX_PAGES; page++) {
    const query = { r: web.clock.now(), seq, skey: web.session.credentials?.skey }
    const reply = await callJson(web, 'webwxgetcontact', { query, tries: TRIES, signal })
    contacts = contacts.concat(list(reply.MemberList))
    const next = int(reply.Seq, 0)
    if (next === 0 || next === seq) break
    seq = next
  }
  return contacts
}

/** Details of contacts, groups or members, fetched 50 at a time. @see docs/protocol.md §4.2 */
export async function batchGetContacts(
  web: Web,
  entries: readonly BatchContactEntry[],
  signal?: AbortSignal,
): Promise<unknown[]> {
  let contacts: unknown[] = []
  for (let start = 0; start < entries.length; start += BATCH_CONTACT_LIMIT) {
    const List = entries.slice(start, start + BATCH_CONTACT_LIMIT)
    const reply = await callJson(web, 'webwxbatchgetcontact', {
      query: { type: 'ex', r: web.clock.now(), lang: 'zh_CN', pass_ticket: web.session.credentials?.passTicket },
      body: { Count: List.length, List },
      tries: TRIES,
      signal,
    })
    contacts = contacts.concat(list(reply.ContactList))
  }
  return contacts
}
