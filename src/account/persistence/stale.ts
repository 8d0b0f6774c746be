import { Chatroom, type Contact } from '../../contact/contact.js'
import type { Message } from '../../message/message.js'
import type { Transport } from '../../transport/transport.js'
import type { Received } from './journal-record.js'

/** A message to hand on again. */
export type UndeliveredMessage = Pick<Received, 'sent' | 'by' | 'stale' | 'formerNames'>

/** Sessions of which a message keeps the UserNames. */
const MAX_FORMER_NAMES = 8

/** Of messages that waited when their session ended, those that mean something after it. */
export function undeliveredMessages(waiting: readonly Message[]): UndeliveredMessage[] {
  const ofStrangers = waiting.filter((message) => message.type !== 'System')
  return ofStrangers.map(({ raw, stale, ActualNickName = '' }) => ({ sent: raw, stale, by: ActualNickName }))
}

/** Who people of the session before are in this one. */
interface Renewal {
  transport: Pick<Transport, 'read' | 'readdress'>
  /** Own UserName then. */
  formerSelf: string
  self: Contact
  /** The contact behind a UserName of that session; `undefined` when unknown. */
  formerly(userName: string): Contact | undefined
}

/**
 * A message of an earlier session, with UserNames of this one. A contact that cannot be identified keeps its old UserName, which
 * is not valid any more. The former names are kept as well: identities are saved separately, and a process that dies between the
 * two saves leaves them with the names of an earlier session.
 */
export function renewMessage<T extends UndeliveredMessage>(
  received: T,
  { transport, formerSelf, self, formerly }: Renewal,
): T {
  const { sent, formerNames } = received
  const now = (userName: string, before: readonly string[] = []) =>
    userName === formerSelf ? self : firstOf([userName, ...before], formerly)
  const { from, to } = transport.read(sent)
  const [fromNow, toNow] = [now(from, formerNames?.from), now(to, formerNames?.to)]
  return {
    ...received,
    stale: true,
    formerNames: {
      from: withName(from, fromNow, formerNames?.from),
      to: withName(to, toNow, formerNames?.to),
    },
    sent:
      transport.readdress?.(sent, {
        from: fromNow?.UserName,
        to: toNow?.UserName,
        speaker: fromNow instanceof Chatroom ? memberNamed(fromNow, received.by) : undefined,
      }) ?? sent,
  }
}

function firstOf(userNames: readonly string[], find: (userName: string) => Contact | undefined): Contact | undefined {
  for (const userName of userNames) {
    const contact = find(userName)
    if (contact) return contact
  }
  return undefined
}

/** Former names, with the one that is replaced by a name of this session. */
function withName(userName: string, now: Contact | undefined, before: readonly string[] = []): string[] {
  const isReplaced = now !== undefined && now.UserName !== userName
  return isReplaced ? [userName, ...before].slice(0, MAX_FORMER_NAMES) : [...before]
}

/** UserName of the one member who goes by a name. */
function memberNamed(room: Chatroom, name: string): string | undefined {
  if (name === '') return undefined
  const named = room.memberList.filter((member) => (member.DisplayName || member.NickName) === name)
  return named.length === 1 ? named[0]?.UserName : undefined
}
