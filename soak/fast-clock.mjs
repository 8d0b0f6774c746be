import { setTimeout as sleep } from 'node:timers/promises'

/** A clock that runs `speed` times as fast, for the `clock` option of the client and the sandbox. */
export function fastClock(speed) {
  const startedAt = Date.now()
  return {
    now: () => startedAt + (Date.now() - startedAt) * speed,
    async sleep(ms, signal) {
      signal?.throwIfAborted()
      try {
        await sleep(ms / speed, undefined, signal ? { signal } : {})
      } catch (error) {
        signal?.throwIfAborted()
        throw error
      }
    },
  }
}

/** Pseudo-random numbers in [0, 1), reproducible by seed. */
export function seededRandom(seed) {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
