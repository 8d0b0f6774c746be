import { Chatroom, type Contact } from '../../contact/contact.js'
import type { Message } from '../../message/message.js'
import { text } from '../../util/read.js'
import { splitGroupPrefix } from '../../web/decode/group.js'
import type { Received } from './journal-record.js'

/** A message to hand on again. */
export type LeftOver = Pick<Received, 'sent' | 'by' | 'stale'>

/** Of messages that waited when their session ended, those that mean something after it. */
export function leftOvers(waiting: readonly Message[]): LeftOver[] {
  const ofStrangers = waiting.filter((message) => message.type !== 'System')
  return ofStrangers.map(({ raw, stale, ActualNickName = '' }) => ({ sent: raw, stale, by: ActualNickName }))
}

/** Who people of the session before are in this one. */
export interface Renewal {
  /** Own UserName then. */
  formerSelf: string
  self: Contact
  /** Who bore a UserName then; `undefined` when that cannot be told. */
  formerly(userName: string): Contact | undefined
}

/**
 * A message of a session before, with UserNames of this one. Of whom it cannot be told keeps the old UserName, which reaches
 * nobody.
 */
export function renewMessage<T extends LeftOver>(received: T, { formerSelf, self, formerly }: Renewal): T {
  const { sent } = received
  const now = (userName: string) => (userName === formerSelf ? self : formerly(userName))
  const [from, to] = [text(sent.FromUserName), text(sent.ToUserName)]
  const [fromNow, toNow] = [now(from), now(to)]
  const content = text(sent.Content)
  const { sender } = splitGroupPrefix(content)
  const member = fromNow instanceof Chatroom ? memberNamed(fromNow, received.by) : undefined
  const isSpoken = sender !== '' && member !== undefined
  return {
    ...received,
    stale: true,
    sent: {
      ...sent,
      FromUserName: fromNow?.UserName ?? from,
      ToUserName: toNow?.UserName ?? to,
      Content: isSpoken ? member + content.slice(sender.length) : sent.Content,
    },
  }
}

/** UserName of the one member who goes by a name. */
function memberNamed(room: Chatroom, name: string): string | undefined {
  if (name === '') return undefined
  const named = room.memberList.filter((member) => (member.DisplayName || member.NickName) === name)
  return named.length === 1 ? named[0]?.UserName : undefined
}
