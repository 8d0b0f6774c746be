import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { needsBuild } from '../support/needs-build.js'
import { readQr } from '../support/read-qr.js'
import { phoneOf } from './phone.js'
import { Program } from './program.js'

const ROOT = join(import.meta.dirname, '../..')

const HOST =
  Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? ''
const hostNote = HOST ? '' : ' (skipped: this machine has no IPv4 address except 127.0.0.1)'

/** Decodes the QR code that was printed as half-blocks, which set the upper and the lower half of a cell. */
function readHalfBlocks(text: string): string | undefined {
  const scale = 4
  const halves = [...text.matchAll(/\u001b\[30;107m([ ▄▀█]+)\u001b\[0m/g)].flatMap(([, row = '']) => [
    [...row].map((char) => '▀█'.includes(char)),
    [...row].map((char) => '▄█'.includes(char)),
  ])
  const width = (halves[0]?.length ?? 0) * scale
  const rows = halves.flatMap((row) => {
    const line = row.flatMap((dark) =>
      Array.from({ length: scale }, () => (dark ? [0, 0, 0, 255] : [255, 255, 255, 255])),
    )
    return Array.from({ length: scale }, () => line.flat())
  })
  return readQr(rows.flat(), width, rows.length)
}

function run(script: string, args: string[] = [], env: Record<string, string> = {}): Program {
  needsBuild()
  return new Program(process.execPath, [join(ROOT, script), ...args], { env })
}

describe('npm start', () => {
  test('shows the QR code, logs in, replies to a message, and exits on Ctrl-C', async () => {
    const program = run('scripts/start.mjs', [], { PORT: '0' })
    const [url] = await program.shows(/http:\/\/127\.0\.0\.1:\d+/)
    await program.shows(/▄/)
    await phoneOf(url).scan()
    await program.shows(/Scanned/)
    await phoneOf(url).confirm()
    await program.shows(/Online/)
    await phoneOf(url).say('林小满', 'hello\u001b[31m\nred?')
    await program.shows(/→ +小满 +I received: hello�\[31m⏎red\?.* \d+ ms/)
    program.interrupt()
    expect(await program.exited).toBe(0)
    expect(program.text).toContain('Stopping')
    expect(program.text).not.toContain('protocol warning')
    expect(program.text).not.toMatch(/^ +at /m)
  })

  test('shows a new QR code after a logout on the phone, and replies after the next login', async () => {
    const program = run('scripts/start.mjs', [], { PORT: '0' })
    const [url] = await program.shows(/http:\/\/127\.0\.0\.1:\d+/)
    const phone = phoneOf(url)
    await program.shows(/No phone needed/)
    await phone.scan()
    await program.shows(/Scanned/)
    await phone.confirm()
    await program.shows(/Online/)
    await phone.logout()
    await program.shows(/Logged out from the phone[\s\S]*(No phone needed|Confirm the login at)/)
    await phone.confirm()
    await program.shows(/Logged out from the phone[\s\S]*Online/)
    await phone.say('林小满', 'again')
    await program.shows(/I received: again/)
  })

  test('runs the example with the given name', async () => {
    const program = run('scripts/start.mjs', ['tutorial/simple-reply'], { PORT: '0' })
    const [url] = await program.shows(/http:\/\/127\.0\.0\.1:\d+/)
    await program.shows(/No phone needed/)
    await phoneOf(url).scan()
    await program.shows(/Scanned/)
    await phoneOf(url).confirm()
    await program.shows(/Online/)
  })

  test.skipIf(process.platform === 'win32')('allows an example to clean up on Ctrl-C (POSIX signals)', async () => {
    const temporary = mkdtempSync(join(tmpdir(), 'itchat-'))
    const program = run('scripts/start.mjs', ['anti-recall'], { PORT: '0', TMPDIR: temporary })
    await program.shows(/No phone needed/)
    expect(readdirSync(temporary).filter((name) => name.startsWith('anti-recall'))).toHaveLength(1)
    program.interrupt()
    expect(await program.exited).toBe(0)
    expect(readdirSync(temporary).filter((name) => name.startsWith('anti-recall'))).toEqual([])
  })

  test.each([
    [['nothing'], {}, 2, /anti-recall[\s\S]*tutorial\/send-file[\s\S]*Unknown example "nothing"/],
    [['help'], {}, 0, /npm start -- NAME[\s\S]*demo/],
    [[], { PORT: 'many' }, 2, /Invalid PORT "many"/],
  ])(
    'given arguments %j and environment %j, exits with code %i and explains what to do',
    async (args, env, code, message) => {
      const program = run('scripts/start.mjs', args, env)
      expect(await program.exited).toBe(code)
      expect(program.text).toMatch(message)
    },
  )

  test.skipIf(process.platform === 'win32')(
    'exits cleanly on Ctrl-C while the QR code is shown (POSIX signals)',
    async () => {
      const program = run('scripts/start.mjs', [], { PORT: '0' })
      await program.shows(/▄/)
      program.interrupt()
      expect(await program.exited).toBe(0)
      expect(program.text).not.toMatch(/Error|^ +at /m)
    },
  )
})

describe.skipIf(process.platform === 'win32')(
  'a bot that is interrupted while handling a message (POSIX signals)',
  () => {
    async function handling() {
      const stateFile = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'state.json')
      const program = run('test/cli/slow-bot.mjs', [], { PORT: '0', STATE_FILE: stateFile })
      const [url] = await program.shows(/http:\/\/127\.0\.0\.1:\d+/)
      await program.shows(/▄/)
      await phoneOf(url).scan()
      await program.shows(/Scanned/)
      await phoneOf(url).confirm()
      await program.shows(/Online/)
      await phoneOf(url).say('林小满', 'hello')
      await program.shows(/handling/)
      return { program, stateFile }
    }

    test.each(['SIGINT', 'SIGTERM'] as const)('finishes the handler and saves the state on %s', async (signal) => {
      const { program, stateFile } = await handling()
      rmSync(stateFile)
      program.interrupt(signal)
      await program.shows(/Stopping … finishing the messages in progress; press Ctrl-C again to quit/)
      program.enter('go on')
      expect(await program.exited).toBe(0)
      expect(program.text).toContain('answer to hello')
      expect(JSON.parse(readFileSync(stateFile, 'utf8'))).toBeTypeOf('object')
    })

    test.each([
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const)('if the second signal is %s, quits immediately with exit code %i', async (signal, code) => {
      const { program } = await handling()
      program.interrupt('SIGINT')
      await program.shows(/Stopping/)
      program.interrupt(signal)
      expect(await program.exited).toBe(code)
      expect(program.text).not.toContain('answer to hello')
    })
  },
)

describe('itchat sandbox', () => {
  test('reports that a port is in use and how to choose another', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void other.close())
    const { port } = other.address() as AddressInfo
    const program = run('dist/cli/main.js', ['sandbox', '--port', String(port)])
    expect(await program.exited).toBe(1)
    expect(program.text).toMatch(new RegExp(`^Port ${port} is in use, .* --port 0\\.\\n$`))
    const chinese = run('dist/cli/main.js', ['sandbox', '--port', String(port), '--lang', 'zh'])
    expect(await chinese.exited).toBe(1)
    expect(chinese.text).toMatch(new RegExp(`^端口 ${port} 已被占用.* --port 0 .*\\n$`))
  })

  test.each([
    [['sandbox', '--port', 'many'], /number from 0 to 65535/],
    [['sandbox', '--world', 'fr'], /Allowed choices are zh, en/],
    [['sandbox', '--host'], /argument missing/],
    [['sandbox', '--accounts', '0'], /number from 1 to 20/],
    [['sandbox', '--auto-logn'], /Did you mean --auto-login/],
    [['sandbx'], /Did you mean sandbox/],
  ])('rejects %j with an explanation', async (args, message) => {
    const program = run('dist/cli/main.js', args)
    expect(await program.exited).toBe(2)
    expect(program.text).toMatch(message)
  })

  test.each(['0.0.0.0', 'localhost'])('explains which hosts can be used instead of %s', async (host) => {
    const program = run('dist/cli/main.js', ['sandbox', '--port', '0', '--host', host])
    expect(await program.exited).toBe(1)
    expect(program.text).toMatch(/^Invalid host ".*": expected an IP address of this machine .*\n$/)
  })

  test('has English people and groups with --world en', async () => {
    const program = run('dist/cli/main.js', ['sandbox', '--port', '0', '--world', 'en'])
    const [url] = await program.shows(/http:\/\/127\.0\.0\.1:\d+/)
    const state: any = await (await fetch(`${url}/api/state`)).json()
    expect(state.chats.map((chat: any) => chat.name)).toContain('Product design')
  })

  test('logs a bot in automatically with --auto-login', async () => {
    const program = run('dist/cli/main.js', ['sandbox', '--port', '0', '--auto-login'])
    const [url] = await program.shows(/http:\/\/127\.0\.0\.1:\d+/)
    const { Itchat } = await import('itchat')
    await using bot = new Itchat({ baseUrl: url, logger: { debug() {}, info() {}, warn() {}, error() {} } })
    await bot.login()
    await program.shows(/Online/)
    program.interrupt()
    expect(await program.exited).toBe(0)
  })
})

describe.skipIf(!HOST)(`itchat sandbox --host${hostNote}`, () => {
  test('prints the address of the page for a phone, as text and as a QR code', async () => {
    const program = run('dist/cli/main.js', ['sandbox', '--port', '0', '--host', HOST])
    const [, address = ''] = await program.shows(/On a phone, once\s+(http:\S+)/)
    expect((await fetch(address)).status).toBe(200)
    const [, next = ''] = await program.shows(/URL for the next one\s+(http:\S+)/)
    expect(next).not.toBe(address)
    // The code was printed before the second address.
    expect(readHalfBlocks(program.text)).toBe(address)
  })
})
