import type { JournalFile } from './journal-file.js'
import { type JournalOwner, type Received, readReceived, toOwnerRecord, toRecord } from './journal-record.js'
import type { Waiting, WaitingMessages } from './waiting.js'

export interface Rewriting {
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
  const before = [...waiting]
  const ids = new Set(before.map(([, { id }]) => id))
  const ownerRecord = toOwnerRecord(owner)
  // Twice: one damaged byte must not cost the messages their owner.
  const heads = [
    { owner: ownerRecord, ids: [...waiting.ids].filter((id) => !ids.has(id)) },
    { owner: ownerRecord },
    ...(cursor === undefined ? [] : [{ cursor }]),
  ]
  const kept: Received[] = []
  const lost: number[] = []
  const places = await file.rewrite(async function* () {
    yield* heads
    let index = 0
    for await (const record of file.readAt(before.map(([, { place }]) => place))) {
      const [n, { attempts, begunAs = attempts }] = before[index++] as [number, Waiting]
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
