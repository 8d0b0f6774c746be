import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { needsBuild } from '../support/needs-build.js'

/** Runs a short soak test, which exits with an error when a guarantee is violated. */
function soak(script: string, ...sizes: number[]): string {
  needsBuild()
  const path = join(import.meta.dirname, '../../soak', script)
  return execFileSync(process.execPath, ['--expose-gc', path, ...sizes.map(String)], { encoding: 'utf8' })
}

test('a bot that is killed at random moments handles every message and repeats none that was marked as done', () => {
  expect(soak('kill.mjs', 120, 4)).toContain('120 messages')
})

test('when one request in ten fails, no message is lost or handled twice, and every send reports its true outcome', () => {
  const output = soak('chaos.mjs', 1, 3)
  expect(Number(/(\d+) faults/.exec(output)?.[1])).toBeGreaterThan(0)
})

test('a bot over iLink that is killed at random moments loses only replies to polls that were in flight', () => {
  expect(soak('ilink-kill.mjs', 100, 4)).toContain('100 messages')
})

test('over iLink, no fault makes a send report what the phone does not show, or loses a message that was received', () => {
  const output = soak('ilink-chaos.mjs', 1, 3)
  expect(Number(/(\d+) faults/.exec(output)?.[1])).toBeGreaterThan(0)
})

test('a flood of messages is handled in order and with constant memory use', () => {
  expect(soak('flood.mjs', 2_000)).toContain('2000 messages')
})
