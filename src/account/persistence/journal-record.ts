import { type Dict, dict, int, list, text } from '../../util/read.js'

/** Never reached by counting. */
const MAX_NUMBER = 2 ** 52

/** Whose messages they are: UserNames in them mean something in one session only. */
export interface JournalOwner {
  /** Permanent id of the account. */
  account: string
  /** Names the session without giving it away. */
  session: string
  /** Own UserName. */
  self: string
}

/** What people were called in earlier sessions. */
export interface FormerNames {
  from: readonly string[]
  to: readonly string[]
}

/** A message as it arrives. */
export interface Incoming {
  /** `''` for a message without an id. */
  id: string
  /** Its conversation; `''` in a journal of an earlier version until its session begins. */
  chat: string
  /** When it was sent, epoch ms; 0 when unknown. */
  timeMs: number
  /** As the server sent it. */
  sent: Dict
  /** Name of the member of a group who spoke. */
  by: string
}

/** A message that is not handled yet. */
export interface Received extends Incoming {
  /** Names it in this journal; larger than those of all messages before it. */
  n: number
  /** It came in a session before this one. */
  stale: boolean
  /** UserNames of its sender and receiver in the sessions before the one whose names it has now, the latest first. */
  formerNames?: FormerNames | undefined
  /** How often its handler was begun by a process that died. */
  attempts: number
  /** Session of the journal in which it was handed out, counted since the journal was opened. */
  term: number
}

/** Those that are neither known nor twice among these; without an id each is another message. */
export function withoutRepeats(batch: readonly Incoming[], known: { has(id: string): boolean }): Incoming[] {
  const inBatch = new Set<string>()
  return batch.filter(({ id }) => {
    if (id === '') return true
    const isNew = !known.has(id) && !inBatch.has(id)
    inBatch.add(id)
    return isNew
  })
}

/** What stands in the file. */
export function toRecord({ n, id, chat, timeMs, by, sent, stale, attempts, formerNames }: Received): object {
  return {
    n,
    id,
    chat,
    ...(timeMs ? { timeMs } : {}),
    ...(by ? { by } : {}),
    ...(stale ? { stale } : {}),
    ...(attempts ? { attempts } : {}),
    ...(formerNames ? { formerNames } : {}),
    sent,
  }
}

/** The message in a record; `undefined` when it is a record of something else. */
export function readReceived(record: Dict): Received | undefined {
  const n = int(record.n, 0)
  if (n <= 0 || n > MAX_NUMBER) return undefined
  return {
    n,
    id: text(record.id),
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

/** The account has the name that earlier versions wrote. */
export function toOwnerRecord({ account, session, self }: JournalOwner): object {
  return { uin: account, session, self }
}

export function readOwner(value: unknown): JournalOwner | undefined {
  const { uin, session, self } = dict(value)
  return text(uin) === '' ? undefined : { account: text(uin), session: text(session), self: text(self) }
}
