import type { SessionIdentity } from '../../transport/transport.js'
import { type Dict, dict, int, list, text } from '../../util/read.js'
import { keysOf } from './known-ids.js'

/** Upper bound for numbers read from the file, which no counter reaches. */
const MAX_NUMBER = 2 ** 52

/** The account and session to which the messages belong. Their UserNames are valid only in that session. */
export interface JournalOwner extends SessionIdentity {
  /** UserName of this account. */
  self: string
}

/** UserNames of the sender and the receiver in earlier sessions. */
export interface FormerNames {
  from: readonly string[]
  to: readonly string[]
}

/** A message as received from the server. */
export interface Incoming {
  /** `''` for a message without an id. */
  id: string
  /**
   * Further keys of the message, which may be redelivered under another id. Message `a` repeats message `b` if any of
   * the id and the aliases of `a` is among those of `b`. Default: none.
   */
  aliases?: readonly string[] | undefined
  /** Conversation of the message; `''` in a journal from an earlier version until its session has been started. */
  chat: string
  /** Time sent, in epoch ms; 0 if unknown. */
  timeMs: number
  /** The message as the server sent it. */
  sent: Record<string, unknown>
  /** Name of the sender in a group. */
  by: string
}

/** An unhandled message. */
export interface Received extends Incoming {
  /** Number that identifies the message in this journal; larger than the numbers of all earlier messages. */
  n: number
  /** Whether it was received in an earlier session. */
  stale: boolean
  /** Former UserNames of the sender and the receiver, from sessions before the last update, latest first. */
  formerNames?: FormerNames | undefined
  /** Number of processes that died while its handler was running. */
  attempts: number
  /** Sequence number of the session in which it was handed out, counted since the journal was opened. */
  term: number
}

/** Removes messages with a known or repeated id or alias. Messages without any of them are always kept. */
export function withoutRepeats(batch: readonly Incoming[], known: { has(key: string): boolean }): Incoming[] {
  const inBatch = new Set<string>()
  return batch.filter((message) => {
    const keys = keysOf(message)
    const isNew = !keys.some((key) => known.has(key) || inBatch.has(key))
    for (const key of keys) inBatch.add(key)
    return isNew
  })
}

/** Serializes a message for the file. */
export function toRecord({ n, id, aliases, chat, timeMs, by, sent, stale, attempts, formerNames }: Received): object {
  return {
    n,
    id,
    ...(aliases?.length ? { aliases } : {}),
    chat,
    ...(timeMs ? { timeMs } : {}),
    ...(by ? { by } : {}),
    ...(stale ? { stale } : {}),
    ...(attempts ? { attempts } : {}),
    ...(formerNames ? { formerNames } : {}),
    sent,
  }
}

/** Parses a message record; `undefined` for any other record. */
export function readReceived(record: Dict): Received | undefined {
  const n = int(record.n, 0)
  if (n <= 0 || n > MAX_NUMBER) return undefined
  return {
    n,
    id: text(record.id),
    aliases: record.aliases === undefined ? undefined : list(record.aliases).map(text),
    chat: text(record.chat),
    timeMs: int(record.timeMs, 0),
    by: text(record.by),
    sent: dict(record.sent),
    stale: record.stale === true,
    attempts: int(record.attempts, 0),
    formerNames: readFormerNames(record.formerNames),
    term: 0,
  }
}

function readFormerNames(value: unknown): FormerNames | undefined {
  if (value === undefined) return undefined
  const { from, to } = dict(value)
  return { from: list(from).map(text), to: list(to).map(text) }
}

/** Parses the owner in a record. Earlier versions stored the account as `uin`. */
export function readOwner(value: unknown): JournalOwner | undefined {
  const { uin, account = uin, session, self } = dict(value)
  return text(account) === '' ? undefined : { account: text(account), session: text(session), self: text(self) }
}
