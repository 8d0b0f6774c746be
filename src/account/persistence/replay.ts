import { int, list, text } from '../../util/read.js'
import type { JournalFile } from './journal-file.js'
import { type JournalOwner, readOwner, readReceived } from './journal-record.js'
import { keysOf } from './known-ids.js'
import type { WaitingMessages } from './waiting.js'

/** The contents of a journal file other than its messages. */
interface Replayed {
  owner: JournalOwner | undefined
  cursor: string | undefined
}

/** Replays the journal file left by the previous process. @throws FileError */
export async function replay(file: JournalFile, waiting: WaitingMessages): Promise<Replayed> {
  const replayed: Replayed = { owner: undefined, cursor: undefined }
  const numbers = new Map<string, number>()
  for await (const { record, offset, sizeBytes } of file.read()) {
    const started = waiting.get(int(record.begun, 0))
    if (started) started.attempts = int(record.attempts, 1)
    waiting.delete(int(record.done, 0))
    for (const id of list(record.ids)) waiting.known.add({ id: text(id) })
    // In a message, the aliases belong to it; elsewhere, to messages that are done.
    if (!('n' in record)) waiting.known.add({ id: '', aliases: list(record.aliases).map(text) })
    if ('owner' in record) replayed.owner = readOwner(record.owner) ?? replayed.owner
    if (typeof record.cursor === 'string') replayed.cursor = record.cursor
    const received = readReceived(record)
    if (!received) continue
    waiting.next = Math.max(waiting.next, received.n + 1)
    const keys = keysOf(received)
    if (keys.some((key) => waiting.known.has(key))) {
      const former = keys.map((key) => numbers.get(key) ?? 0).find((n) => waiting.has(n)) ?? 0
      // The earlier record comes from a torn write. The server sent the message again, and marks refer to the later
      // record.
      if (!waiting.delete(former)) continue
    }
    waiting.track(received, { offset, sizeBytes })
    for (const key of keys) numbers.set(key, received.n)
  }
  return replayed
}
