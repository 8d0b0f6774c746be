import type { SentFields } from '../../contact/fields.js'
import type {
  Change,
  ContactEntry,
  ContactsPart,
  DetailsOptions,
  FriendshipRequest,
  KnownContact,
} from '../../transport/contacts.js'
import type { Web } from './api/call.js'
import { batchGetContacts, detailsEntry, getContacts, setPinned, setRemark, verifyUser } from './api/contact.js'
import { readDetailsFailure } from './api/details-failure.js'
import { readContact } from './decode/contact.js'
import { alignDetails } from './decode/details.js'
import { receiveAvatar } from './media/receive-avatar.js'
import { type BatchContactEntry, CONTACT_FLAG, VERIFY_OPCODE } from './wire/contact.js'

const OPCODES = {
  follow: VERIFY_OPCODE.add,
  ask: VERIFY_OPCODE.request,
  accept: VERIFY_OPCODE.accept,
} as const satisfies Record<FriendshipRequest['action'], number>

/** The address book of one account. */
export function contactsPart(web: Web): ContactsPart {
  return {
    async fetchAll(signal) {
      const { entries, isComplete } = await getContacts(web, signal)
      return { entries: entries.map(readContact), isComplete, endpoint: 'webwxgetcontact' }
    },
    fetchDetails: (userNames, options) => fetchDetails(web, userNames.map(detailsEntry), options, readContact),
    failureOf: readDetailsFailure,
    async setRemark(userName, remark, signal) {
      const reply = await setRemark(web, userName, remark, signal)
      return { reply, entry: changedEntry(userName, { RemarkName: remark }) }
    },
    setPinned: (chat, isPinned, signal) => pin(web, chat, isPinned, signal),
    requestFriendship: ({ action, userName, greeting, ticket }, signal) =>
      verifyUser(web, { opcode: OPCODES[action], userName, ticket, content: greeting }, signal),
    receiveAvatar: (owner, write, signal) => receiveAvatar(web, owner, write, signal),
  }
}

async function pin(web: Web, chat: KnownContact, isPinned: boolean, signal?: AbortSignal): Promise<Change> {
  const { userName, fields } = chat
  const reply = await setPinned(web, { userName, remark: fields.RemarkName }, isPinned, signal)
  const ContactFlag = isPinned ? fields.ContactFlag | CONTACT_FLAG.pinned : fields.ContactFlag & ~CONTACT_FLAG.pinned
  return { reply, entry: changedEntry(userName, { ContactFlag }) }
}

/** A contact entry with only the changed fields. */
export function changedEntry(userName: string, fields: SentFields): ContactEntry {
  return { userName, fields: { ...fields, UserName: userName }, traits: {}, isStub: false }
}

/**
 * Fetches the details of contacts, groups or members in the order requested.
 *
 * @param read reads one reply; receives `undefined` for a name that is missing from the replies
 */
export function fetchDetails<T>(
  web: Web,
  entries: readonly BatchContactEntry[],
  options: DetailsOptions | undefined,
  read: (reply: unknown) => T,
): Promise<T[]> {
  return batchGetContacts(web, entries, options ?? {}, (names, replies) =>
    alignDetails(names, replies).map((reply) => read(reply)),
  )
}
