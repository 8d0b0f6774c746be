import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { needsBuild } from '../support/needs-build.js'
import { phoneOf } from './phone.js'
import { Program } from './program.js'

const ROOT = join(import.meta.dirname, '../..')
const FIXTURE = join(ROOT, 'test/fixtures/demo.transcript')

function sandbox(args: readonly string[], env: Record<string, string> = {}): Program {
  needsBuild()
  return new Program(process.execPath, [join(ROOT, 'dist/cli/main.js'), 'sandbox', '--port', '0', ...args], { env })
}

function demoBot(url: string): Program {
  return new Program(process.execPath, [join(ROOT, 'build/examples/demo.js')], { env: { ITCHAT_BASE_URL: url } })
}

const temporaryFile = () => join(mkdtempSync(join(tmpdir(), 'itchat-')), 'a.transcript')

/** Starts a replay, and the demo bot once the sandbox listens. Returns its exit code and output. */
async function replay(args: readonly string[], env?: Record<string, string>) {
  const program = sandbox(args, env)
  const [url] = await program.shows(/http:\/\/127\.0\.0\.1:\d+/)
  demoBot(url)
  return { code: await program.exited, text: program.text }
}

test('--replay exits with 0 when the bot sends what was recorded', async () => {
  const { code, text } = await replay(['--replay', FIXTURE])
  expect(text).toMatch(/Equal: the program sent the \d+ recorded messages\./)
  expect(code).toBe(0)
})

test('--replay shows a wrong answer, without colors unless in a terminal, and exits with 1', async () => {
  const planted = temporaryFile()
  writeFileSync(planted, readFileSync(FIXTURE, 'utf8').replace('"I received: Map"', '"I received: \\u001b[5mLocation"'))
  const plain = await replay(['--replay', planted])
  expect(plain.text).toMatch(
    / {2}- text "I received: \\u\{1b\}\[5mLocation" {2}\(line \d+\)\n {2}\+ text "I received: Map"\n/,
  )
  expect(plain.code).toBe(1)
  const colored = await replay(['--replay', planted], { FORCE_COLOR: '1', NO_COLOR: '' })
  expect(colored.text).toContain('\u001b[32m  + text "I received: Map"\u001b[39m')
})

test('--record writes a transcript that can be replayed', async () => {
  const file = temporaryFile()
  const recorder = sandbox(['--record', file, '--auto-login'])
  const [url] = await recorder.shows(/http:\/\/127\.0\.0\.1:\d+/)
  await recorder.shows(/Recording to /)
  const bot = demoBot(url)
  await recorder.shows(/Online/)
  await phoneOf(url).say('林小满', 'recorded from the page')
  await recorder.shows(/I received: recorded from the page/)
  recorder.interrupt()
  expect(await recorder.exited).toBe(0)
  await bot.end()
  expect((await replay(['--replay', file])).code).toBe(0)
})

test.each([
  [
    'a corrupt line',
    (text: string) => text.replace('"type":"online"', '"type":"on'),
    /line \d+: expected a JSON object/,
  ],
  ['a newer version', (text: string) => text.replace('"transcript":1', '"transcript":9'), /line 1: .*version 9/],
])('--replay refuses %s before it starts anything, and exits with 2', async (_name, spoil, reason) => {
  const file = temporaryFile()
  writeFileSync(file, spoil(readFileSync(FIXTURE, 'utf8')))
  const program = sandbox(['--replay', file])
  expect(await program.exited).toBe(2)
  expect(program.text).toMatch(reason)
  expect(program.text).not.toMatch(/http:|^ +at /m)
})

test.each([
  ['a file that exists', ['--record', FIXTURE], /the file exists/],
  ['recording and replaying', ['--record', 'a', '--replay', 'b'], /cannot be used with/],
  ['an unknown speed', ['--replay', FIXTURE, '--speed', 'warp'], /Allowed choices are real, full/],
])('%s is refused with 2', async (_name, args, reason) => {
  const program = sandbox(args)
  expect(await program.exited).toBe(2)
  expect(program.text).toMatch(reason)
})

test.skipIf(process.platform === 'win32')('Ctrl-C during a replay exits with 130 (POSIX signals)', async () => {
  const program = sandbox(['--replay', FIXTURE])
  await program.shows(/http:\/\/127\.0\.0\.1:\d+/)
  program.interrupt()
  expect(await program.exited).toBe(130)
  expect(program.text).not.toMatch(/error/i)
})
