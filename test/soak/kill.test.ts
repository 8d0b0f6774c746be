import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('a bot killed at random instants handles every message, and none again that was done', () => {
  const script = join(import.meta.dirname, '../../soak/kill.mjs')
  const output = execFileSync(process.execPath, [script, '200', '6'], { encoding: 'utf8' })
  expect(output).toContain('200 messages')
})
