import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { failureOf } from '../../test/support/gate.js'
import { ManualClock } from '../../test/support/manual-clock.js'
import { takeLock } from './process-lock.js'

const CHECK_INTERVAL_MS = 1_000
const BEAT_MS = 2_000

const statePath = () => join(mkdtempSync(join(tmpdir(), 'itchat-')), 'state.json')

/** Writes the lock file of a dead holder in a namespace. */
function writeStale(path: string, namespace: string): string {
  const content = JSON.stringify({ holder: 'process 1 on there', namespace, token: 'of the dead' })
  writeFileSync(`${path}.lock`, content)
  return content
}

/** Takes the lock, advancing the clock check by check; resolves to the elapsed time and the lock. */
async function takenAfterMs(path: string, namespace: string, onCheck: (check: number) => unknown = () => {}) {
  const clock = new ManualClock()
  const startedAt = clock.now()
  const done = new AbortController()
  const taking = takeLock(path, { clock, namespace }).finally(() => done.abort())
  for (let check = 1; ; check++) {
    const isWaiting = await clock.waitFor(1, done.signal).then(
      () => true,
      () => false,
    )
    // The heartbeat of an acquired lock also sleeps on the clock.
    if (!isWaiting || done.signal.aborted || clock.nextInMs !== CHECK_INTERVAL_MS) break
    await onCheck(check)
    await clock.advance(CHECK_INTERVAL_MS)
  }
  const lock = await taking
  return { ms: clock.now() - startedAt, lock, clock }
}

describe('a holder in another network namespace', () => {
  test('keeps the lock while its heartbeat changes, regardless of its clock', async () => {
    const path = statePath()
    const clock = new ManualClock(0)
    const holder = await takeLock(path, { clock, namespace: 'a' })
    const { lock, ms } = await takenAfterMs(path, 'b', async (check) => {
      if (check === 3) await beat(clock, path)
    })
    expect([lock, ms]).toEqual([undefined, 3 * CHECK_INTERVAL_MS])
    expect(holder?.lost.aborted).toBe(false)
    await holder?.unlock()
  })

  test('loses the lock ten seconds after its last heartbeat', async () => {
    const path = statePath()
    writeStale(path, 'a')
    const { lock, ms } = await takenAfterMs(path, 'b')
    expect(lock).toBeDefined()
    // One more check verifies that no other process took the lock at the same time.
    expect(ms).toBe(11 * CHECK_INTERVAL_MS)
    await lock?.unlock()
    expect(existsSync(`${path}.lock`)).toBe(false)
  })

  test('can be succeeded as soon as it releases the lock', async () => {
    const path = statePath()
    const holder = await takeLock(path, { clock: new ManualClock(), namespace: 'a' })
    const { lock, ms } = await takenAfterMs(path, 'b', (check) => (check === 2 ? holder?.unlock() : undefined))
    expect(lock).toBeDefined()
    expect(ms).toBe(2 * CHECK_INTERVAL_MS)
    await lock?.unlock()
  })

  test('detects a takeover during sleep at its next heartbeat, and leaves the new lock file', async () => {
    const path = statePath()
    const clock = new ManualClock()
    const sleeper = await takeLock(path, { clock, namespace: 'a' })
    const { lock } = await takenAfterMs(path, 'b')
    expect(lock).toBeDefined()
    const lost = new Promise<unknown>((resolve) =>
      sleeper?.lost.addEventListener('abort', () => resolve(sleeper.lost.reason)),
    )
    await clock.advance(BEAT_MS)
    expect(String(await lost)).toContain('taken over by process')
    await sleeper?.unlock()
    expect(readFileSync(`${path}.lock`, 'utf8')).toContain(lock?.token)
    await lock?.unlock()
  })

  test('is waited for until the signal aborts, and its lock file stays', async () => {
    const path = statePath()
    const content = writeStale(path, 'a')
    const clock = new ManualClock()
    const abort = new AbortController()
    const failure = failureOf(takeLock(path, { clock, namespace: 'b', signal: abort.signal }))
    await clock.waitFor(1)
    abort.abort(new Error('aborted'))
    expect(await failure).toBe(abort.signal.reason)
    expect(readFileSync(`${path}.lock`, 'utf8')).toBe(content)
    // The system lock was released.
    const { lock } = await takenAfterMs(path, 'b')
    expect(lock).toBeDefined()
    await lock?.unlock()
  })

  test('is succeeded by only one of two waiting processes', async () => {
    const path = statePath()
    writeStale(path, 'a')
    let other: Awaited<ReturnType<typeof takenAfterMs>> | undefined
    const { lock } = await takenAfterMs(path, 'b', async (check) => {
      if (check === 10) other = await takenAfterMs(path, 'c')
    })
    expect(other?.lock).toBeDefined()
    expect(lock).toBeUndefined()
    await other?.lock?.unlock()
  })
})

describe('a holder in the same network namespace', () => {
  test('keeps the lock without a heartbeat, and loses it as soon as it dies', async () => {
    const path = statePath()
    const clock = new ManualClock()
    const holder = await takeLock(path, { clock, namespace: 'a' })
    expect(await takenAfterMs(path, 'a')).toMatchObject({ lock: undefined, ms: 0 })
    await holder?.unlock()
    writeStale(path, 'a')
    const { lock, ms } = await takenAfterMs(path, 'a')
    expect([lock === undefined, ms]).toEqual([false, 0])
    await lock?.unlock()
  })

  test('does not lock a copy of the folder', async () => {
    const [here, there] = [statePath(), statePath()]
    const holder = await takeLock(there, { clock: new ManualClock(), namespace: 'a' })
    writeFileSync(`${here}.lock`, readFileSync(`${there}.lock`))
    const { lock, ms } = await takenAfterMs(here, 'a')
    expect([lock === undefined, ms]).toEqual([false, 0])
    await lock?.unlock()
    await holder?.unlock()
  })
})

describe('a lock file', () => {
  test.each([
    ['empty', ''],
    ['truncated', '{"holder":"process 1'],
    ['in another format', '12345\n'],
    ['a list', '[]'],
    ['without a namespace', '{"holder":"process 1","token":"5"}'],
  ])('that is damaged (%s) counts as a lock file without a heartbeat', async (_, content) => {
    const path = statePath()
    writeFileSync(`${path}.lock`, content)
    const { lock, ms } = await takenAfterMs(path, 'b')
    expect([lock === undefined, ms]).toEqual([false, 11 * CHECK_INTERVAL_MS])
    await lock?.unlock()
  })

  test.each([
    ['removed', (path: string) => rmSync(path)],
    ['emptied', (path: string) => writeFileSync(path, '')],
  ])('that was %s is restored', async (_, change) => {
    const path = statePath()
    const clock = new ManualClock()
    const lock = await takeLock(path, { clock, namespace: 'a' })
    change(`${path}.lock`)
    await beat(clock, path)
    expect(readFileSync(`${path}.lock`, 'utf8')).toContain(lock?.token)
    expect(lock?.lost.aborted).toBe(false)
    await lock?.unlock()
  })

  test('contains the holder, the namespace and the heartbeat, and is readable only by its owner', async () => {
    const path = statePath()
    const lock = await takeLock(path, { clock: new ManualClock(0), namespace: 'a' })
    expect(JSON.parse(readFileSync(`${path}.lock`, 'utf8'))).toMatchObject({
      holder: expect.stringContaining(`process ${process.pid}`),
      namespace: 'a',
      heartbeat: { count: 1, at: '1970-01-01T00:00:00.000Z' },
    })
    if (process.platform !== 'win32') expect(statSync(`${path}.lock`).mode & 0o777).toBe(0o600)
    await lock?.unlock()
    await lock?.unlock()
  })

  test('has no heartbeat after the lock is released', async () => {
    const clock = new ManualClock()
    const lock = await takeLock(statePath(), { clock, namespace: 'a' })
    await clock.waitFor(1)
    await lock?.unlock()
    expect(clock.waiting).toBe(0)
  })
})

/** Advances by one heartbeat; resolves when it is written. */
async function beat(clock: ManualClock, path: string): Promise<void> {
  await clock.waitFor(1)
  await clock.advance(BEAT_MS)
  // The heartbeat sleeps again after writing.
  await clock.waitFor(1)
  expect(existsSync(`${path}.lock`)).toBe(true)
}
