import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { needsBuild } from '../support/needs-build.js'

/** Runs a soak at a small size; it ends with a failure of its own when a promise was broken. */
function soak(script: string, ...sizes: number[]): string {
  needsBuild()
  const path = join(import.meta.dirname, '../../soak', script)
  return execFileSync(process.execPath, ['--expose-gc', path, ...sizes.map(String)], { encoding: 'utf8' })
}

test('a bot killed at random instants handles every message, and none again that was done', () => {
  expect(soak('kill.mjs', 120, 4)).toContain('120 messages')
})

test('with one request in ten going wrong nothing is lost, handled twice, or told falsely', () => {
  const output = soak('chaos.mjs', 1, 3)
  expect(Number(/(\d+) faults/.exec(output)?.[1])).toBeGreaterThan(0)
})

test('a flood is handled in order and leaves nothing behind', () => {
  expect(soak('flood.mjs', 2_000)).toContain('2000 messages')
})
