import { int, list, text } from '../../util/read.js'
import type { JournalFile } from './journal-file.js'
import { type JournalOwner, readOwner, readReceived } from './journal-record.js'
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
    for (const id of list(record.ids)) waiting.remember(text(id))
    if ('owner' in record) replayed.owner = readOwner(record.owner) ?? replayed.owner
    if (typeof record.cursor === 'string') replayed.cursor = record.cursor
    const received = readReceived(record)
    if (!received) continue
    waiting.next = Math.max(waiting.next, received.n + 1)
    if (waiting.ids.has(received.id)) {
      const former = numbers.get(received.id) ?? 0
      // The earlier record comes from a torn write. The server sent the message again, and marks refer to the later
      // record.
      if (!waiting.delete(former)) continue
    }
    waiting.track(received, { offset, sizeBytes })
    numbers.set(received.id, received.n)
  }
  return replayed
}
