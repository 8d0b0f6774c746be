import type { Binding } from '../binding.js'
import type { IlinkExchange } from '../http/exchange.js'

const TYPING_LEFT_MS = 30_000

/** Called when a poll arrives. @see docs/ilink.md §4, §7 */
export function checkPoll(exchange: IlinkExchange, binding: Binding): void {
  const { memory } = binding
  if (!binding.isStarted) exchange.warn('7', 'no notifystart before the first poll')
  if (binding.heldPolls > 0) exchange.warn('4', 'two polls at once; they take messages from each other')
  if (memory.hasAbandonedPoll && exchange.nowMs >= memory.shortPollsUntil) {
    exchange.warn('4', 'a poll was ended by the program before the time in longpolling_timeout_ms')
  }
  memory.hasAbandonedPoll = false
  const cursor = exchange.body.get_updates_buf
  if (typeof cursor !== 'string') {
    exchange.warn('4', 'get_updates_buf is not a string')
    return
  }
  const use = binding.inbox.present(cursor)
  if (use === 'older') exchange.warn('4', 'get_updates_buf is older than an earlier one; nothing is delivered again')
  if (use === 'unknown') exchange.warn('4', 'get_updates_buf was not issued to this bot')
}

/** Called for each request with a valid token. @see docs/ilink.md §5 */
export function checkTyping(exchange: IlinkExchange, binding: Binding): void {
  // A program that starts may follow one that was killed.
  if (binding.tokenState !== 'valid' || exchange.endpoint === 'notifystart') return
  if (binding.isTyping && exchange.entry.at - binding.typingAt > TYPING_LEFT_MS) warnTyping(exchange, binding)
}

/** @see docs/ilink.md §7 */
export function checkStop(exchange: IlinkExchange, binding: Binding): void {
  if (binding.isTyping) warnTyping(exchange, binding)
}

function warnTyping(exchange: IlinkExchange, { memory }: Binding): void {
  if (memory.hasLostTyping) return
  exchange.core.conformance.warn(
    'sendtyping',
    '5',
    'the typing indicator is left on; end it with status 2',
    'docs/ilink.md',
  )
}
