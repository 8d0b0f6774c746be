import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')

/** A program under test, with what it wrote. */
class Program {
  readonly #child: ChildProcess
  text = ''
  readonly exited: Promise<number | null>
  #changed = () => {}

  constructor(script: string, args: string[] = [], env: Record<string, string> = {}) {
    this.#child = spawn(process.execPath, [join(ROOT, script), ...args], {
      env: { ...process.env, NO_COLOR: '1', LC_ALL: 'C.UTF-8', ...env },
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        this.text += chunk
        this.#changed()
      })
    }
    this.exited = new Promise((resolve) => this.#child.on('close', resolve))
    onTestFinished(() => void this.#child.kill('SIGKILL'))
  }

  interrupt(signal: 'SIGINT' | 'SIGTERM' = 'SIGINT') {
    this.#child.kill(signal)
  }

  /** A line on its standard input. */
  enter(line: string) {
    this.#child.stdin?.write(`${line}\n`)
  }

  /** Resolves when the output matches. */
  async shows(pattern: RegExp): Promise<RegExpExecArray> {
    while (true) {
      const match = pattern.exec(this.text)
      if (match) return match
      const changed = new Promise<void>((resolve) => {
        this.#changed = resolve
      })
      const code = await Promise.race([changed, this.exited])
      if (typeof code === 'number' && !pattern.test(this.text))
        throw new Error(`ended with ${code} before ${pattern}:\n${this.text}`)
    }
  }
}

async function post(url: string, body: object = {}) {
  const reply = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(reply.status).toBe(200)
}

describe('npm start', () => {
  test('QR, scan, confirm, a message, its answer, Ctrl-C', async () => {
    const program = new Program('scripts/start.mjs', [], { PORT: '0' })
    const [url] = await program.shows(/http:\/\/127\.0\.0\.1:\d+/)
    await program.shows(/▄/)
    await post(`${url}/api/phone/scan`)
    await program.shows(/Scanned/)
    await post(`${url}/api/phone/confirm`)
    await program.shows(/Online/)
    const state = (await (await fetch(`${url}/api/state`)).json()) as { people: { id: string; name: string }[] }
    const friend = state.people.find((person) => person.name === '林小满')
    await post(`${url}/api/chats/${friend?.id}/messages`, { speaker: friend?.id, text: 'hello\u001b[31m\nred?' })
    await program.shows(/→ +小满 +I received: hello�\[31m⏎red\?.* \d+ ms/)
    program.interrupt()
    expect(await program.exited).toBe(0)
    expect(program.text).toContain('Ending')
    expect(program.text).not.toContain('unsafe')
    expect(program.text).not.toMatch(/^ +at /m)
  })

  test.skipIf(process.platform === 'win32')('Ctrl-C while the QR waits ends cleanly (POSIX signals)', async () => {
    const program = new Program('scripts/start.mjs', [], { PORT: '0' })
    await program.shows(/▄/)
    program.interrupt()
    expect(await program.exited).toBe(0)
    expect(program.text).not.toMatch(/Error|^ +at /m)
  })
})

describe.skipIf(process.platform === 'win32')('a bot that is ended while it handles a message (POSIX signals)', () => {
  async function handling() {
    const stateFile = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'state.json')
    const program = new Program('test/cli/slow-bot.mjs', [], { PORT: '0', STATE_FILE: stateFile })
    const [url] = await program.shows(/http:\/\/127\.0\.0\.1:\d+/)
    await program.shows(/▄/)
    await post(`${url}/api/phone/scan`)
    await program.shows(/Scanned/)
    await post(`${url}/api/phone/confirm`)
    await program.shows(/Online/)
    const state = (await (await fetch(`${url}/api/state`)).json()) as { people: { id: string; name: string }[] }
    const friend = state.people.find((person) => person.name === '林小满')
    await post(`${url}/api/chats/${friend?.id}/messages`, { speaker: friend?.id, text: 'hello' })
    await program.shows(/handling/)
    return { program, stateFile }
  }

  test.each(['SIGINT', 'SIGTERM'] as const)('%s: the handler finishes, the state is saved', async (signal) => {
    const { program, stateFile } = await handling()
    rmSync(stateFile)
    program.interrupt(signal)
    await program.shows(/Ending … messages being handled are finished first; Ctrl-C again quits/)
    program.enter('go on')
    expect(await program.exited).toBe(0)
    expect(program.text).toContain('answer to hello')
    expect(JSON.parse(readFileSync(stateFile, 'utf8'))).toBeTypeOf('object')
  })

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('a second signal, %s, quits at once with %i', async (second, code) => {
    const { program } = await handling()
    program.interrupt('SIGINT')
    await program.shows(/Ending/)
    program.interrupt(second)
    expect(await program.exited).toBe(code)
    expect(program.text).not.toContain('answer to hello')
  })
})

describe('itchat sandbox', () => {
  test('a port that is taken: says so, and how to choose another', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void other.close())
    const { port } = other.address() as AddressInfo
    const program = new Program('dist/cli/main.js', ['sandbox', '--port', String(port)])
    expect(await program.exited).toBe(1)
    expect(program.text).toContain(String(port))
    expect(program.text).toContain('--port')
    expect(program.text).not.toMatch(/^ +at /m)
  })

  test.each([
    [['sandbox', '--port', 'many'], /number from 0 to 65535/],
    [['sandbox', '--auto-logn'], /Did you mean --auto-login/],
    [['sandbx'], /Did you mean sandbox/],
  ])('%j is told what is wrong', async (args, message) => {
    const program = new Program('dist/cli/main.js', args)
    expect(await program.exited).toBe(1)
    expect(program.text).toMatch(message)
  })

  test('--auto-login lets a program in by itself', async () => {
    const program = new Program('dist/cli/main.js', ['sandbox', '--port', '0', '--auto-login'])
    const [url] = await program.shows(/http:\/\/127\.0\.0\.1:\d+/)
    const { Itchat } = await import('itchat')
    await using bot = new Itchat({ baseUrl: url, logger: { debug() {}, info() {}, warn() {}, error() {} } })
    await bot.login()
    await program.shows(/Online/)
    program.interrupt()
    expect(await program.exited).toBe(0)
  })
})
