import { setTimeout as sleep } from 'node:timers/promises'

/** The number in a place of the command line. */
export function numberArgument(place, otherwise) {
  const given = process.argv[place]
  if (given === undefined) return otherwise
  const number = Number(given)
  if (Number.isFinite(number)) return number
  console.error(`${given} is no number`)
  process.exit(2)
}

/** Resolves when it is so; fails when it is not in time. */
export async function until(isSo, timeoutMs) {
  for (const startedAt = performance.now(); !isSo(); await sleep(20)) {
    if (performance.now() - startedAt > timeoutMs) throw new Error(`not within ${timeoutMs} ms: ${isSo}`)
  }
}

/**
 * Watches for pauses of the event loop. A pause counts as long as this process used a processor meanwhile: on a machine that
 * does other work as well, the rest is not its own.
 */
export function watchPauses() {
  let longestMs = 0
  let [at, used] = [performance.now(), process.cpuUsage()]
  const timer = setInterval(() => {
    const { user, system } = process.cpuUsage(used)
    longestMs = Math.max(longestMs, Math.min(performance.now() - at, (user + system) / 1_000))
    ;[at, used] = [performance.now(), process.cpuUsage()]
  }, 2)
  return {
    get longestMs() {
      return longestMs
    },
    /** Forgets the longest so far. */
    restart() {
      longestMs = 0
    },
    /** What went on until now does not count. */
    skip() {
      ;[at, used] = [performance.now(), process.cpuUsage()]
    },
    stop: () => clearInterval(timer),
  }
}

/** Ends the process with what failed. */
export function verdict(failures) {
  for (const failure of failures) console.error(`FAILED: ${failure}`)
  process.exit(failures.length > 0 ? 1 : 0)
}
