import { Chatroom, type Contact } from '../../contact/contact.js'
import type { Message } from '../../message/message.js'
import type { Transport } from '../../transport/transport.js'
import type { Received } from './journal-record.js'

/** A message to deliver again. */
export type UndeliveredMessage = Pick<Received, 'sent' | 'by' | 'stale' | 'formerNames'>

/** Maximum number of earlier sessions whose UserNames a message keeps. */
const MAX_FORMER_NAMES = 8

/** Selects the waiting messages that are still meaningful after their session has ended. */
export function undeliveredMessages(waiting: readonly Message[]): UndeliveredMessage[] {
  const received = waiting.filter((message) => message.type !== 'System')
  return received.map(({ raw, stale, ActualNickName = '' }) => ({ sent: raw, stale, by: ActualNickName }))
}

/** Maps contacts of the earlier session to contacts of the current one. */
interface Renewal {
  transport: Pick<Transport, 'read' | 'readdress'>
  /** UserName of this account in the earlier session. */
  formerSelf: string
  self: Contact
  /** Returns the contact that had the given UserName in that session; `undefined` if unknown. */
  formerly(userName: string): Contact | undefined
}

/**
 * Converts a message from an earlier session to the UserNames of this one. A contact that cannot be identified keeps
 * its old UserName, which is no longer valid. The former names are kept as well: identities are saved separately, and
 * if the process dies between the two saves, the identities still contain the names from an earlier session.
 */
export function renewMessage<T extends UndeliveredMessage>(
  received: T,
  { transport, formerSelf, self, formerly }: Renewal,
): T {
  const { sent, formerNames } = received
  const current = (userName: string, before: readonly string[] = []) =>
    userName === formerSelf ? self : findFirst([userName, ...before], formerly)
  const { from, to } = transport.read(sent)
  const [currentFrom, currentTo] = [current(from, formerNames?.from), current(to, formerNames?.to)]
  return {
    ...received,
    stale: true,
    formerNames: {
      from: withFormerName(from, currentFrom, formerNames?.from),
      to: withFormerName(to, currentTo, formerNames?.to),
    },
    sent:
      transport.readdress?.(sent, {
        from: currentFrom?.UserName,
        to: currentTo?.UserName,
        speaker: currentFrom instanceof Chatroom ? memberNamed(currentFrom, received.by) : undefined,
      }) ?? sent,
  }
}

function findFirst(userNames: readonly string[], find: (userName: string) => Contact | undefined): Contact | undefined {
  for (const userName of userNames) {
    const contact = find(userName)
    if (contact) return contact
  }
  return undefined
}

/** Prepends a UserName to the former names if this session replaces it. */
function withFormerName(userName: string, current: Contact | undefined, before: readonly string[] = []): string[] {
  const isReplaced = current !== undefined && current.UserName !== userName
  return isReplaced ? [userName, ...before].slice(0, MAX_FORMER_NAMES) : [...before]
}

/** UserName of the member with this display name; `undefined` unless exactly one member has it. */
function memberNamed(room: Chatroom, name: string): string | undefined {
  if (name === '') return undefined
  const matches = room.memberList.filter((member) => (member.DisplayName || member.NickName) === name)
  return matches.length === 1 ? matches[0]?.UserName : undefined
}
