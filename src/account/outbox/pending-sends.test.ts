import { expect, test } from 'vitest'
import { failureOf } from '../../../test/support/gate.js'
import { ManualClock } from '../../../test/support/manual-clock.js'
import { NetworkError } from '../../errors.js'
import { type PendingSend, PendingSends } from './pending-sends.js'

const TEXT = { kind: 'text', text: 'x' } as const

function scene() {
  const clock = new ManualClock()
  const sends = new PendingSends(clock)
  const ended: unknown[] = []
  /** A send that ends only when its signal aborts. */
  const hang = (isInFlight: boolean, signal?: AbortSignal) =>
    sends.run(
      TEXT,
      signal,
      (send: PendingSend) => {
        send.isInFlight = isInFlight
        return new Promise<never>((_, reject) => {
          send.signal.addEventListener('abort', () => reject(send.signal.reason))
        })
      },
      (_, result) => void ended.push(result),
    )
  return { clock, sends, ended, hang }
}

test('settled resolves immediately when no send is pending', async () => {
  const { clock, sends } = scene()
  await sends.settled()
  expect(clock.waiting).toBe(0)
})

test('settled waits ten seconds, then rejects pending sends with their outcome', async () => {
  const { clock, sends, ended, hang } = scene()
  const failures = [failureOf(hang(true)), failureOf(hang(false))]
  let isSettled = false
  const settled = sends.settled().then(() => {
    isSettled = true
  })
  await clock.advance(9_999)
  expect([isSettled, ended]).toEqual([false, []])
  await clock.advance(1)
  await settled
  const errors = await Promise.all(failures)
  expect(errors).toMatchObject([{ outcome: 'unknown' }, { outcome: 'notSent' }])
  for (const error of errors) expect(error).toBeInstanceOf(NetworkError)
  expect(ended).toEqual(errors.map((error) => ({ error })))
})

test("rejects an aborted send with its signal's reason", async () => {
  const { clock, sends, hang } = scene()
  const abort = new AbortController()
  const failure = failureOf(hang(true, abort.signal))
  const settled = sends.settled()
  abort.abort(new Error('aborted'))
  expect(await failure).toEqual(new Error('aborted'))
  await settled
  expect(clock.waiting).toBe(0)
  let hasStarted = false
  const work = async () => {
    hasStarted = true
  }
  expect(await failureOf(sends.run(TEXT, abort.signal, work, () => {}))).toEqual(new Error('aborted'))
  expect(hasStarted).toBe(false)
})
