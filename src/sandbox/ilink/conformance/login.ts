import { BOT_TYPE } from '../../../transports/ilink/wire/login.js'
import type { IlinkExchange } from '../http/exchange.js'
import type { QrCode } from '../qr-code.js'

/** A pause shorter than this does not count. */
const PAUSE_MS = 500
/** The status may change between two polls, which are then allowed to follow at once. */
const MAX_HASTY_POLLS = 2
const MAX_LOCAL_TOKENS = 10

/** @see docs/ilink.md §3 */
export function checkQrRequest(exchange: IlinkExchange, localTokens: unknown): void {
  if (exchange.query('bot_type') !== BOT_TYPE) exchange.warn('2.4', `bot_type is not ${BOT_TYPE}`)
  if (Array.isArray(localTokens) && localTokens.length > MAX_LOCAL_TOKENS) {
    exchange.warn('3', `local_token_list has more than ${MAX_LOCAL_TOKENS} tokens`)
  }
}

/** Called when a status poll arrives. @see docs/ilink.md §3 */
export function checkStatusPoll(exchange: IlinkExchange, qr: QrCode, code: string): void {
  const isHasty = qr.answeredAt > 0 && code === '' && exchange.nowMs - qr.answeredAt < PAUSE_MS
  qr.hastyPolls = isHasty ? qr.hastyPolls + 1 : 0
  if (qr.hastyPolls > MAX_HASTY_POLLS) exchange.warn('3', 'status polls without a pause; wait a second between them')
  if (qr.unresolvedCode !== undefined && code === '' && qr.isOpen) {
    exchange.warn('3', 'verify_code is no longer sent, although the status is not scaned yet')
  }
  qr.unresolvedCode = code === '' ? undefined : code
}

/** Called when a status poll was answered. */
export function recordStatusReply(exchange: IlinkExchange, qr: QrCode): void {
  qr.answeredAt = exchange.nowMs
  if (exchange.isReceived) qr.unresolvedCode = undefined
}
