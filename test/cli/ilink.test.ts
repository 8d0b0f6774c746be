import { join } from 'node:path'
import { expect, test } from 'vitest'
import { needsBuild } from '../support/needs-build.js'
import { phoneOf } from './phone.js'
import { Program } from './program.js'

const ROOT = join(import.meta.dirname, '../..')

function run(script: string, args: string[]): Program {
  needsBuild()
  return new Program(process.execPath, [join(ROOT, script), ...args], { env: { PORT: '0' } })
}

test('npm start -- --ilink logs the demo bot in, replies to the owner, and exits on Ctrl-C', async () => {
  const program = run('scripts/start.mjs', ['--ilink'])
  const [, url = ''] = await program.shows(/(http:\/\/127\.0\.0\.1:\d+)\/\?phone=clawbot/)
  const phone = phoneOf(url)
  await program.shows(/▄/)
  await phone.clawbot('scan')
  await program.shows(/Scanned/)
  await phone.clawbot('confirm')
  await program.shows(/Online/)
  await phone.sayToClawbot('hello')
  await program.shows(/→ +ClawBot +I received: hello/)
  program.interrupt()
  expect(await program.exited).toBe(0)
  expect(program.text).not.toContain('protocol warning')
  expect(program.text).not.toMatch(/^ +at /m)
})

test('itchat sandbox --ilink shows how to connect a program and opens the ClawBot chat', async () => {
  const program = run('dist/cli/main.js', ['sandbox', '--ilink'])
  const [, url = ''] = await program.shows(/(http:\/\/127\.0\.0\.1:\d+)\/\?phone=clawbot/)
  await program.shows(/ITCHAT_TRANSPORT.*ilink/)
  const opened = await fetch(url, { redirect: 'manual' })
  expect(opened.headers.get('location')).toBe('/?phone=clawbot')
  program.interrupt()
  expect(await program.exited).toBe(0)
})
