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

/** Ends the process with what failed. */
export function verdict(failures) {
  for (const failure of failures) console.error(`FAILED: ${failure}`)
  process.exit(failures.length > 0 ? 1 : 0)
}
