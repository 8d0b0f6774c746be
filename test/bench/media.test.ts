import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('20 MiB up and down: memory stays flat', () => {
  const script = join(import.meta.dirname, '../../bench/media.mjs')
  const output = execFileSync(process.execPath, ['--expose-gc', script, '20'], { encoding: 'utf8' })
  const grew = [...output.matchAll(/grew by (\d+) MiB/g)].map((match) => Number(match[1]))
  expect(grew).toHaveLength(2)
  for (const mib of grew) expect(mib).toBeLessThan(64)
})
