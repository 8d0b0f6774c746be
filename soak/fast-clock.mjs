import { setTimeout as sleep } from 'node:timers/promises'

/** Time that runs `speed` times as fast; fits the `clock` option of the client and of the sandbox. */
export function fastClock(speed) {
  const bornAt = Date.now()
  return {
    now: () => bornAt + (Date.now() - bornAt) * speed,
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

/** Numbers from 0 to below 1, the same for the same seed. */
export function seededRandom(seed) {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
