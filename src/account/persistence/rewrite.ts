import type { JournalFile } from './journal-file.js'
import { type JournalOwner, type Received, readReceived, toRecord } from './journal-record.js'
import { keysOf } from './known-ids.js'
import type { WaitingMessages } from './waiting.js'

interface Rewriting {
  owner: JournalOwner
  cursor: string | undefined
  /** Messages whose handlers are running. */
  inFlight: ReadonlySet<number>
  update(received: Received): Received
}

/**
 * Rewrites a journal file so that it contains only unhandled messages.
 *
 * @returns numbers of messages that have become unreadable
 * @throws FileError; the old file is then kept
 */
export async function rewrite(
  file: JournalFile,
  waiting: WaitingMessages,
  { owner, cursor, inFlight, update }: Rewriting,
): Promise<number[]> {
  const entries = [...waiting].map(([n, entry]) => ({ n, ...entry }))
  const inMessages = new Set(entries.flatMap(keysOf))
  const others = (keys: Iterable<string>) => [...keys].filter((key) => !inMessages.has(key))
  const aliases = others(waiting.known.aliases)
  // The owner is written twice, so that one damaged byte cannot orphan the messages.
  const headers = [
    { owner, ids: others(waiting.known.ids), ...(aliases.length > 0 ? { aliases } : {}) },
    { owner },
    ...(cursor === undefined ? [] : [{ cursor }]),
  ]
  const kept: Received[] = []
  const lost: number[] = []
  const places = await file.rewrite(async function* () {
    yield* headers
    for await (const [{ n, attempts, attemptsIfKilled = attempts }, record] of file.readAt(entries)) {
      const received = record && readReceived(record)
      if (received?.n !== n) lost.push(n)
      else {
        const updated = update({ ...received, attempts: inFlight.has(n) ? attemptsIfKilled : attempts })
        kept.push(updated)
        yield toRecord(updated)
      }
    }
  })
  for (const [index, { n, chat }] of kept.entries()) waiting.move(n, chat, places[headers.length + index])
  return lost
}
