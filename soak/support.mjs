import { setTimeout as sleep } from 'node:timers/promises'

/** The command-line argument at `index` as a number, or `fallback` if it is absent. */
export function numberArgument(index, fallback) {
  const argument = process.argv[index]
  if (argument === undefined) return fallback
  const number = Number(argument)
  if (Number.isFinite(number)) return number
  console.error(`Invalid argument "${argument}": expected a number.`)
  process.exit(2)
}

/** Resolves when `condition` returns true; throws after `timeoutMs`. */
export async function until(condition, timeoutMs) {
  for (const startedAt = performance.now(); !condition(); await sleep(20)) {
    if (performance.now() - startedAt > timeoutMs) throw new Error(`Timed out after ${timeoutMs} ms: ${condition}`)
  }
}

/**
 * Measures event-loop pauses. Each pause is capped at the CPU time that this process used during it, because any remainder
 * is due to other load on the machine.
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
    /** Resets the longest pause. */
    restart() {
      longestMs = 0
    },
    /** Ignores the time since the last tick. */
    skip() {
      ;[at, used] = [performance.now(), process.cpuUsage()]
    },
    stop: () => clearInterval(timer),
  }
}

/** Prints the failures and exits: with code 1 if there are any, otherwise with code 0. */
export function verdict(failures) {
  for (const failure of failures) console.error(`FAILED: ${failure}`)
  process.exit(failures.length > 0 ? 1 : 0)
}
