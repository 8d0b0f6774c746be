import { describe, expect, test } from 'vitest'
import { failureOf, gate } from '../../../test/support/gate.js'
import { ManualClock } from '../../../test/support/manual-clock.js'
import { FileError } from '../../errors.js'
import { Documents } from './documents.js'
import { MemorySessionStore } from './memory-session-store.js'
import type { SessionStore } from './session-store.js'

/** Operations of `Documents`, keyed by the store method that they call. */
const CALLS = {
  load: (documents: Documents, signal?: AbortSignal) => documents.load('session', signal),
  save: (documents: Documents, signal?: AbortSignal) => documents.save('session', {}, signal),
  setAside: (documents: Documents, signal?: AbortSignal) => documents.quarantine('session', 'a test', signal),
}
const METHODS = ['load', 'save', 'setAside'] as const

function documentsIn(overrides: Partial<SessionStore>) {
  const clock = new ManualClock()
  const store = Object.assign(new MemorySessionStore(), overrides)
  const documents = new Documents({ store, clock, sealFor: () => undefined, onQuarantined() {} })
  return { documents, clock }
}

describe.each(METHODS)('a store whose %s hangs', (method) => {
  const never = () => new Promise<never>(() => {})

  test('makes the call reject after thirty seconds', async () => {
    const { documents, clock } = documentsIn({ [method]: never })
    const failure = failureOf(CALLS[method](documents))
    await clock.advance(29_999)
    expect(clock.waiting).toBe(1)
    await clock.advance(1)
    expect(await failure).toBeInstanceOf(FileError)
    expect(String(await failure)).toContain('no answer within 30 s')
    expect(clock.waiting).toBe(0)
  })

  test("makes the call reject with the signal's reason when the signal aborts", async () => {
    const { documents } = documentsIn({ [method]: never })
    const abort = new AbortController()
    const failure = failureOf(CALLS[method](documents, abort.signal))
    abort.abort(new Error('enough'))
    expect(await failure).toBe(abort.signal.reason)
  })
})

test('tracks an abandoned write until the store completes it', async () => {
  const written = gate()
  const { documents, clock } = documentsIn({ save: () => written.opened })
  const failure = failureOf(documents.save('session', {}))
  await clock.advance(30_000)
  await failure
  expect(documents.isWriting).toBe(true)
  const closed = documents.close()
  written.open()
  await closed
  expect(documents.isWriting).toBe(false)
})

test('ignores saves after close', async () => {
  const store = new MemorySessionStore()
  const documents = new Documents({ store, sealFor: () => undefined, onQuarantined() {} })
  await documents.close()
  await documents.save('session', {})
  expect(await store.load('session')).toBeUndefined()
})
