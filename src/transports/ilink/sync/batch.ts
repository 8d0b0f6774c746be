import type { Batch } from '../../../transport/batch.js'
import { type Dict, int, list, text } from '../../../util/read.js'
import { type Ilink, protocolError } from '../api/call.js'
import { idOf, itemOf, readEnvelope, splitMessages, timeOf } from '../decode/envelope.js'
import { textOf } from '../decode/quote.js'
import type { IlinkSession } from '../session/session.js'

/**
 * Reads the reply to a poll. The session keeps its messages until the account has accepted them, because the server does
 * not send them again.
 *
 * @returns whether the reply contains messages
 * @throws ProtocolError when the list of messages is unreadable as a whole
 * @see docs/ilink.md §4
 */
export function keepReply({ session }: Ilink, reply: Dict): boolean {
  const { msgs } = reply
  if (msgs !== undefined && msgs !== null && !Array.isArray(msgs))
    throw protocolError('getupdates', 'msgs is not a list')
  const messages = splitMessages(list(msgs))
  for (const message of messages) record(session, message)
  const { unaccepted } = session
  const cursor = text(reply.get_updates_buf) || unaccepted?.cursor || session.cursor
  if (messages.length > 0 || cursor !== session.cursor) {
    session.unaccepted = { messages: [...(unaccepted?.messages ?? []), ...messages], cursor }
  }
  return messages.length > 0
}

/** The messages that the account has not accepted yet; an empty batch if there are none. */
export function unacceptedBatch({ unaccepted, cursor }: IlinkSession): Batch {
  const messages = unaccepted?.messages ?? []
  return {
    messages: messages.map(readEnvelope),
    contacts: [],
    members: [],
    removed: [],
    cursor: unaccepted?.cursor ?? cursor,
  }
}

/**
 * Records a message of this session from the journal. If the process was killed, the journal may be ahead of the saved
 * session, and the reply would be refused because the owner seems not to have written.
 */
export function recordAgain(session: IlinkSession, message: Dict): void {
  if (timeOf(message) > session.window.latestSentAtMs) record(session, message)
}

function record(session: IlinkSession, message: Dict): void {
  const item = itemOf(message)
  session.texts.add(idOf(message), { type: int(item.type, 0), text: textOf(item) })
  if (text(message.from_user_id) !== session.credentials?.userId) return
  // A message without a token leaves the former one valid.
  session.contextToken = text(message.context_token) || session.contextToken
  session.window.open(timeOf(message))
}
