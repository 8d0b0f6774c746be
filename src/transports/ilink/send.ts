import { randomBytes } from 'node:crypto'
import { NetworkError, type RefusalReason, RefusedError, ServerError, StateError } from '../../errors.js'
import type { Content, Sent } from '../../transport/content.js'
import { invalidArgument } from '../../util/invalid-argument.js'
import { text } from '../../util/read.js'
import { callJson, type Ilink } from './api/call.js'
import { mediaItem } from './media/item.js'
import type { WindowRefusal } from './session/send-window.js'
import { RET } from './wire/codes.js'
import { ITEM_TYPE, MESSAGE_FINISHED, MESSAGE_TYPE, type WireItem } from './wire/message.js'

const ADVICE: Readonly<Record<RefusalReason, string>> = {
  needsMessage: 'The owner has to write to the bot first. With the option `queue`, the message is sent after that.',
  windowClosed:
    'The owner has to write again: the server accepts messages for 24 hours after that. With the option `queue`, the message is sent then.',
  quota:
    'The owner has to write again: the server accepts about 10 messages after each of their messages. With the option `queue`, the message is sent then.',
  throttled:
    'Sending is paused until the owner writes again, at most for an hour. Attempts before that would prolong it.',
}

/**
 * Sends one message.
 *
 * @throws RefusedError when the server refuses the message, or is known to; ServerError, NetworkError
 * @see docs/ilink.md §5
 */
export async function sendContent(ilink: Ilink, to: string, content: Content, signal?: AbortSignal): Promise<Sent> {
  const { session } = ilink
  const item = itemOf(content)
  signal?.throwIfAborted()
  requireWindow(ilink)
  const takeBack = session.window.count()
  const clientId = `itchat:${ilink.clock.now()}-${randomBytes(4).toString('hex')}`
  const msg = {
    from_user_id: '',
    to_user_id: to,
    client_id: clientId,
    message_type: MESSAGE_TYPE.bot,
    message_state: MESSAGE_FINISHED,
    item_list: [item],
    context_token: session.contextToken,
  }
  try {
    const reply = await callJson(ilink, 'sendmessage', { body: { msg }, mayBeEmpty: true, signal })
    const id = text(reply.message_id)
    const MsgID = id === '0' ? '' : id
    session.texts.add(MsgID, { type: item.type ?? 0, text: item.text_item?.text ?? item.file_item?.file_name ?? '' })
    return { MsgID, LocalID: clientId, ...(MsgID === '' ? { unconfirmed: true } : {}) }
  } catch (error) {
    if (isUnsent(error)) takeBack()
    throw explainRefusal(ilink, error)
  }
}

/**
 * Checks what is known about the limits of the server.
 *
 * @throws RefusedError when a message would be refused or lost
 */
export function requireWindow({ session }: Ilink): void {
  // A message without a reply token would be accepted and lost.
  const refusal = session.contextToken === '' ? NEEDS_MESSAGE : session.window.refusal
  if (refusal) throw refused(refusal)
}

const NEEDS_MESSAGE: WindowRefusal = { reason: 'needsMessage' }

/** Returns the error with its reason, if it is the server's refusal of a message. */
export function explainRefusal({ session }: Ilink, error: unknown): unknown {
  const isRefusal = error instanceof ServerError && !(error instanceof RefusedError) && error.ret === RET.refused
  return isRefusal ? refused(session.window.refused(), error.ret) : error
}

/** A StateError means that this process may not act for the account. */
function isUnsent(error: unknown): boolean {
  if (error instanceof ServerError || error instanceof StateError) return true
  return error instanceof NetworkError && error.outcome === 'notSent'
}

/** @throws ArgumentError for content that this transport cannot send */
function itemOf(content: Content): WireItem {
  if (content.kind === 'text') return { type: ITEM_TYPE.text, text_item: { text: content.text } }
  if (content.kind === 'media') return mediaItem(content.media)
  throw invalidArgument('content', { expected: 'text or a file', found: content.kind })
}

/** @param ret the server's code; absent if the server was not asked */
function refused({ reason, retryAtMs }: WindowRefusal, ret: number = RET.refused): RefusedError {
  const advice = ADVICE[reason]
  return new RefusedError(`sendmessage: the message was not sent (${reason}). ${advice}`, {
    ret,
    endpoint: 'sendmessage',
    advice,
    reason,
    ...(retryAtMs === undefined ? {} : { retryAtMs }),
  })
}
