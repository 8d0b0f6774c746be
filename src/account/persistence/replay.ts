import { int, list, text } from '../../util/read.js'
import type { JournalFile } from './journal-file.js'
import { type JournalOwner, readOwner, readReceived } from './journal-record.js'
import type { WaitingMessages } from './waiting.js'

/** What a journal file says beside its messages. */
interface Replayed {
  owner: JournalOwner | undefined
  cursor: string | undefined
}

/** Reads what the process before left in its file. @throws FileError */
export async function replay(file: JournalFile, waiting: WaitingMessages): Promise<Replayed> {
  const found: Replayed = { owner: undefined, cursor: undefined }
  const numbers = new Map<string, number>()
  for await (const { record, offset, sizeBytes } of file.read()) {
    const begun = waiting.get(int(record.begun, 0))
    if (begun) begun.attempts = int(record.attempts, 1)
    waiting.delete(int(record.done, 0))
    for (const id of list(record.ids)) waiting.remember(text(id))
    if ('owner' in record) found.owner = readOwner(record.owner) ?? found.owner
    if (typeof record.cursor === 'string') found.cursor = record.cursor
    const received = readReceived(record)
    if (!received) continue
    waiting.next = Math.max(waiting.next, received.n + 1)
    if (waiting.ids.has(received.id)) {
      const former = numbers.get(received.id) ?? 0
      // Of a write that broke off. The server sent it again, and marks speak of the later one.
      if (!waiting.delete(former)) continue
    }
    waiting.note(received, { offset, sizeBytes })
    numbers.set(received.id, received.n)
  }
  return found
}
