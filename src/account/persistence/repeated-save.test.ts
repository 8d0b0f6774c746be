import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.js'
import { RepeatedSave } from './repeated-save.js'

beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(1))
afterEach(() => void vi.restoreAllMocks())

/** Creates a `RepeatedSave` whose saves fail while `isFull` is true. */
function setUp() {
  const clock = new ManualClock()
  const scene = { clock, isFull: true, tries: 0, errors: [] as unknown[] }
  const saving = new RepeatedSave({
    clock,
    save: async () => {
      scene.tries++
      if (scene.isFull) throw new Error('full')
    },
    onError: (error) => void scene.errors.push(error),
  })
  return Object.assign(scene, { saving })
}

test('reports a failing save once, and retries after 1, 2, 4 … 60 seconds until it succeeds', async () => {
  const scene = setUp()
  await scene.saving.save()
  const pauses: number[] = []
  for (let count = 0; count < 8; count++) {
    await scene.clock.waitFor(1)
    const pauseMs = scene.clock.nextInMs ?? 0
    pauses.push(pauseMs / 1_000)
    if (count === 7) scene.isFull = false
    await scene.clock.advance(pauseMs)
  }
  expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60])
  expect([scene.tries, scene.errors.length, scene.clock.waiting]).toEqual([9, 1, 0])
})

test('runs a later save immediately, and resets the number of failures when it succeeds', async () => {
  const scene = setUp()
  await scene.saving.save()
  scene.isFull = false
  await scene.saving.save()
  expect([scene.tries, scene.clock.waiting]).toEqual([2, 0])
  scene.isFull = true
  await scene.saving.save()
  expect(scene.errors).toHaveLength(2)
})

test('does not retry after stop', async () => {
  const scene = setUp()
  await scene.saving.save()
  scene.saving.stop()
  await scene.clock.advance(600_000)
  expect([scene.tries, scene.clock.waiting]).toEqual([1, 0])
})

test('saves that may wait start at least a second apart, and the last one is not lost', async () => {
  const scene = setUp()
  scene.isFull = false
  for (let count = 0; count < 5; count++) scene.saving.saveSoon()
  expect([scene.tries, scene.clock.waiting]).toEqual([1, 1])
  await scene.clock.advance(999)
  expect(scene.tries).toBe(1)
  await scene.clock.advance(1)
  expect([scene.tries, scene.clock.waiting]).toEqual([2, 0])
  await scene.clock.advance(5_000)
  scene.saving.saveSoon()
  expect(scene.tries).toBe(3)
})

test('flush starts a save that may wait, and resolves when it has settled', async () => {
  const scene = setUp()
  scene.isFull = false
  scene.saving.saveSoon()
  await scene.saving.flush()
  expect(scene.tries).toBe(1)
  scene.saving.saveSoon()
  await scene.saving.flush()
  expect([scene.tries, scene.clock.waiting]).toEqual([2, 0])
})

test('a save that may wait is replaced by one that may not, and canceled by stop', async () => {
  const scene = setUp()
  scene.isFull = false
  scene.saving.saveSoon()
  scene.saving.saveSoon()
  await scene.saving.save()
  expect([scene.tries, scene.clock.waiting]).toEqual([2, 0])
  scene.saving.saveSoon()
  scene.saving.stop()
  await scene.clock.advance(5_000)
  expect([scene.tries, scene.clock.waiting]).toEqual([2, 0])
})
