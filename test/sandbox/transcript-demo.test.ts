import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatDifferences } from 'itchat/sandbox'
import { expect, test, vi } from 'vitest'
import { startFile } from '../examples/program.js'
import { sandboxFor } from '../support/bot.js'
import { AutoAdvanceClock } from '../support/hasty-clock.js'
import { ENGLISH, playDemoSuite } from './support/demo-suite.js'

const FIXTURE = join(import.meta.dirname, '../fixtures/demo.transcript')

/** Without times, which differ in each recording. */
function comparable(lines: readonly string[]): unknown[] {
  return lines.map((line): unknown => JSON.parse(line.replace(/^\{"at":\d+,/, '{')))
}

test('everything that the demo bot does is recorded as in the fixture', async () => {
  vi.spyOn(Intl.DateTimeFormat.prototype, 'resolvedOptions').mockReturnValue(ENGLISH)
  const sandbox = await sandboxFor({ autoLogin: false })
  const recording = sandbox.record()
  await startFile('examples/demo.ts', { sandbox })
  await playDemoSuite(sandbox)
  await recording.close()
  // To record the fixture again after an intended change: RECORD=1 npx vitest run test/sandbox/transcript-demo.test.ts
  if (process.env.RECORD) writeFileSync(FIXTURE, `${recording.lines.join('\n')}\n`)
  const fixture = readFileSync(FIXTURE, 'utf8').trimEnd().split('\n')
  expect(comparable(recording.lines)).toEqual(comparable(fixture))
})

test('the demo bot replays the fixture without a difference', async () => {
  vi.spyOn(Intl.DateTimeFormat.prototype, 'resolvedOptions').mockReturnValue(ENGLISH)
  // The wait for a quiet program ends at once, limits never.
  const sandbox = await sandboxFor({ autoLogin: false, waitClock: new AutoAdvanceClock() })
  await startFile('examples/demo.ts', { sandbox })
  const { differences, sentCount } = await sandbox.replay(FIXTURE)
  expect(formatDifferences(differences)).toBe('')
  expect(sentCount).toBeGreaterThan(25)
})

test('a wrong answer of the demo bot is shown by the diff', async () => {
  vi.spyOn(Intl.DateTimeFormat.prototype, 'resolvedOptions').mockReturnValue(ENGLISH)
  const sandbox = await sandboxFor({ autoLogin: false, waitClock: new AutoAdvanceClock() })
  const recorded = readFileSync(FIXTURE, 'utf8').trimEnd().split('\n')
  const planted = recorded.map((line) => line.replace('"I received: Map"', '"I received: Location"'))
  expect(planted).not.toEqual(recorded)
  await startFile('examples/demo.ts', { sandbox })
  const { differences } = await sandbox.replay(planted)
  expect(formatDifferences(differences)).toBe(
    [
      '小满 (wxid_linxiaoman00)',
      '    …',
      '    text "I received: Attachment"',
      '    text "I received: Picture"',
      `  - text "I received: Location"  (line ${planted.findIndex((line) => line.includes('Location"')) + 1})`,
      '  + text "I received: Map"',
      '    text "I received: Card"',
      '    text "I received: Sharing"',
      '    …',
    ].join('\n'),
  )
})
