import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { failureOf } from '../../test/support/gate.js'
import { ManualClock } from '../../test/support/manual-clock.js'
import { takeLock } from './process-lock.js'

const CHECK_INTERVAL_MS = 1_000
const BEAT_MS = 2_000

const place = () => join(mkdtempSync(join(tmpdir(), 'itchat-')), 'state.json')

/** What a holder leaves that died in a namespace. */
function leave(path: string, namespace: string): string {
  const content = JSON.stringify({ holder: 'process 1 on there', namespace, token: 'of the dead' })
  writeFileSync(`${path}.lock`, content)
  return content
}

/** Takes the lock while time passes look by look; resolves to how long that took and the lock. */
async function takenAfterMs(path: string, namespace: string, onLook: (look: number) => unknown = () => {}) {
  const clock = new ManualClock()
  const startedAt = clock.now()
  const done = new AbortController()
  const taking = takeLock(path, { clock, namespace }).finally(() => done.abort())
  for (let look = 1; ; look++) {
    const isWaiting = await clock.waitFor(1, done.signal).then(
      () => true,
      () => false,
    )
    // The heartbeat of a lock that was taken sleeps, too.
    if (!isWaiting || done.signal.aborted || clock.nextInMs !== CHECK_INTERVAL_MS) break
    await onLook(look)
    await clock.advance(CHECK_INTERVAL_MS)
  }
  const lock = await taking
  return { ms: clock.now() - startedAt, lock, clock }
}

describe('a holder in another network namespace', () => {
  test('has it while its heartbeat changes, whatever its clock says', async () => {
    const path = place()
    const clock = new ManualClock(0)
    const holder = await takeLock(path, { clock, namespace: 'a' })
    const { lock, ms } = await takenAfterMs(path, 'b', async (look) => {
      if (look === 3) await beat(clock, path)
    })
    expect([lock, ms]).toEqual([undefined, 3 * CHECK_INTERVAL_MS])
    expect(holder?.lost.aborted).toBe(false)
    await holder?.unlock()
  })

  test('is gone ten seconds after its last heartbeat', async () => {
    const path = place()
    leave(path, 'a')
    const { lock, ms } = await takenAfterMs(path, 'b')
    expect(lock).toBeDefined()
    // One more look shows that no other took it at the same moment.
    expect(ms).toBe(11 * CHECK_INTERVAL_MS)
    await lock?.unlock()
    expect(existsSync(`${path}.lock`)).toBe(false)
  })

  test('that gives it back is not waited for', async () => {
    const path = place()
    const holder = await takeLock(path, { clock: new ManualClock(), namespace: 'a' })
    const { lock, ms } = await takenAfterMs(path, 'b', (look) => (look === 2 ? holder?.unlock() : undefined))
    expect(lock).toBeDefined()
    expect(ms).toBe(2 * CHECK_INTERVAL_MS)
    await lock?.unlock()
  })

  test('that slept while another took it stops at its next heartbeat, and leaves the file of the other', async () => {
    const path = place()
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

  test('is waited for until the signal aborts; what was left stays', async () => {
    const path = place()
    const content = leave(path, 'a')
    const clock = new ManualClock()
    const abort = new AbortController()
    const failure = failureOf(takeLock(path, { clock, namespace: 'b', signal: abort.signal }))
    await clock.waitFor(1)
    abort.abort(new Error('enough'))
    expect(await failure).toBe(abort.signal.reason)
    expect(readFileSync(`${path}.lock`, 'utf8')).toBe(content)
    // The system's lock was given back.
    const { lock } = await takenAfterMs(path, 'b')
    expect(lock).toBeDefined()
    await lock?.unlock()
  })

  test('two that wait for the same one: the one that is first has it', async () => {
    const path = place()
    leave(path, 'a')
    let other: Awaited<ReturnType<typeof takenAfterMs>> | undefined
    const { lock } = await takenAfterMs(path, 'b', async (look) => {
      if (look === 10) other = await takenAfterMs(path, 'c')
    })
    expect(other?.lock).toBeDefined()
    expect(lock).toBeUndefined()
    await other?.lock?.unlock()
  })
})

describe('a holder in the same network namespace', () => {
  test('has it without a heartbeat, and is gone at once', async () => {
    const path = place()
    const clock = new ManualClock()
    const holder = await takeLock(path, { clock, namespace: 'a' })
    expect(await takenAfterMs(path, 'a')).toMatchObject({ lock: undefined, ms: 0 })
    await holder?.unlock()
    leave(path, 'a')
    const { lock, ms } = await takenAfterMs(path, 'a')
    expect([lock === undefined, ms]).toEqual([false, 0])
    await lock?.unlock()
  })

  test('does not have a copy of the folder', async () => {
    const [here, there] = [place(), place()]
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
    ['half', '{"holder":"process 1'],
    ['of another kind', '12345\n'],
    ['a list', '[]'],
    ['without a namespace', '{"holder":"process 1","token":"5"}'],
  ])('that is damaged, %s, counts as one without a heartbeat', async (_, content) => {
    const path = place()
    writeFileSync(`${path}.lock`, content)
    const { lock, ms } = await takenAfterMs(path, 'b')
    expect([lock === undefined, ms]).toEqual([false, 11 * CHECK_INTERVAL_MS])
    await lock?.unlock()
  })

  test.each([
    ['removed', (path: string) => rmSync(path)],
    ['emptied', (path: string) => writeFileSync(path, '')],
  ])('that is %s by hand is written again', async (_, change) => {
    const path = place()
    const clock = new ManualClock()
    const lock = await takeLock(path, { clock, namespace: 'a' })
    change(`${path}.lock`)
    await beat(clock, path)
    expect(readFileSync(`${path}.lock`, 'utf8')).toContain(lock?.token)
    expect(lock?.lost.aborted).toBe(false)
    await lock?.unlock()
  })

  test('names holder, namespace and heartbeat, and is for its owner only', async () => {
    const path = place()
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

  test('has no heartbeat any more once the lock is given back', async () => {
    const clock = new ManualClock()
    const lock = await takeLock(place(), { clock, namespace: 'a' })
    await clock.waitFor(1)
    await lock?.unlock()
    expect(clock.waiting).toBe(0)
  })
})

/** Lets a heartbeat pass; resolves when it is in the file. */
async function beat(clock: ManualClock, path: string): Promise<void> {
  await clock.waitFor(1)
  await clock.advance(BEAT_MS)
  // It sleeps again when it has written.
  await clock.waitFor(1)
  expect(existsSync(`${path}.lock`)).toBe(true)
}
