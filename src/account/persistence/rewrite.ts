import type { JournalFile } from './journal-file.js'
import { type JournalOwner, type Received, readReceived, toRecord } from './journal-record.js'
import type { WaitingMessages } from './waiting.js'

interface Rewriting {
  owner: JournalOwner
  cursor: string | undefined
  /** Messages whose handlers run. */
  inFlight: ReadonlySet<number>
  change(received: Received): Received
}

/**
 * Writes the file of a journal anew with what is not handled alone.
 *
 * @returns numbers of messages that cannot be read any more
 * @throws FileError; the old file stays then
 */
export async function rewrite(
  file: JournalFile,
  waiting: WaitingMessages,
  { owner, cursor, inFlight, change }: Rewriting,
): Promise<number[]> {
  const before = [...waiting].map(([n, one]) => ({ n, ...one }))
  const ids = new Set(before.map(({ id }) => id))
  // Twice: one damaged byte must not cost the messages their owner.
  const heads = [
    { owner, ids: [...waiting.ids].filter((id) => !ids.has(id)) },
    { owner },
    ...(cursor === undefined ? [] : [{ cursor }]),
  ]
  const kept: Received[] = []
  const lost: number[] = []
  const places = await file.rewrite(async function* () {
    yield* heads
    for await (const [{ n, attempts, begunAs = attempts }, record] of file.readAt(before)) {
      const received = record && readReceived(record)
      if (received?.n !== n) lost.push(n)
      else {
        const changed = change({ ...received, attempts: inFlight.has(n) ? begunAs : attempts })
        kept.push(changed)
        yield toRecord(changed)
      }
    }
  })
  for (const [index, { n, chat }] of kept.entries()) waiting.move(n, chat, places[heads.length + index])
  return lost
}
