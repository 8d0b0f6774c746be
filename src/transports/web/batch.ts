import type { Envelope } from '../../transport/batch.js'
import type { SyncBatch } from './api/sync.js'
import { readEnvelope } from './decode/envelope.js'

/** A reply of `webwxsync` whose messages are read. */
export interface ReadBatch extends Omit<SyncBatch, 'messages'> {
  messages: Envelope[]
}

export function readBatch(batch: SyncBatch, ownUserName: string): ReadBatch {
  return { ...batch, messages: batch.messages.map((sent) => readEnvelope(sent, ownUserName)) }
}
