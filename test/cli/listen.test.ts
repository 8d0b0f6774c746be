import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Sandbox } from 'itchat/sandbox'
import { describe, expect, test } from 'vitest'
import { botFor, sandboxFor } from '../support/bot.js'
import { jsonLines, loggedInFolder } from './command.js'
import { Program } from './program.js'

const MAIN = join(import.meta.dirname, '../../dist/cli/main.js')

async function scene() {
  const sandbox = await sandboxFor({
    world: { friends: ['林小满'], groups: [{ topic: '爬山', members: ['林小满'] }] },
  })
  const folder = await loggedInFolder(sandbox)
  const listen = (...args: string[]) =>
    new Program(process.execPath, [MAIN, 'listen', ...args], { cwd: folder.cwd, env: folder.env })
  return { sandbox, listen, ...folder }
}

/** The first text that a bot receives with this login. */
async function firstTextFor(sandbox: Sandbox, state: string): Promise<string> {
  const bot = botFor(sandbox)
  const text = new Promise<string>((resolve) => bot.msgRegister('Text', (message) => resolve(message.text)))
  await bot.autoLogin({ hotReload: true, statusStorageDir: state })
  void bot.run()
  return text
}

describe('itchat listen', () => {
  test('prints one line per message, and ends on Ctrl-C with code 0', async () => {
    const { sandbox, listen } = await scene()
    const program = listen()
    await program.shows(/^\* Online|^● Online/m)
    sandbox.friend('林小满').say('hello\nworld')
    await program.shows(/^\d\d:\d\d:\d\d {2}林小满 +hello⏎world$/m)
    sandbox.group('爬山').member('林小满').say('lunch?', { at: 'owner' })
    await program.shows(/^\d\d:\d\d:\d\d {2}爬山 \/ 林小满 +@me lunch\?$/m)
    program.interrupt()
    expect(await program.exited).toBe(0)
    expect(program.text).toContain('Stopping')
    expect(program.text).not.toContain('Login restored')
  })

  test('prints JSON lines only, with the documented fields, and sends nothing', async () => {
    const { sandbox, listen } = await scene()
    sandbox.friend('林小满').send({ kind: 'file', name: 'a.pdf', bytes: new Uint8Array(5) })
    const program = listen('--json')
    await program.shows(/"a\.pdf".*\n/)
    expect(jsonLines(program.text)).toEqual([
      {
        id: expect.stringMatching(/^\d+$/),
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
        chat: { id: expect.stringMatching(/^[0-9a-f]{16}$/), kind: 'friend', name: '林小满', remark: '' },
        sender: { name: '林小满', isSelf: false },
        kind: 'file',
        text: 'a.pdf',
        file: { name: 'a.pdf', sizeBytes: 5 },
        mentionsMe: false,
        mentionsAll: false,
        isStale: false,
      },
    ])
    program.interrupt()
    expect(await program.exited).toBe(0)
    expect(sandbox.friend('林小满').unread).toEqual([])
  })

  test('marks what it printed as handled: a bot that uses the login next receives only what came later', async () => {
    const { sandbox, listen, state } = await scene()
    const program = listen('--json')
    sandbox.friend('林小满').say('printed')
    await program.shows(/"printed".*\n/)
    program.interrupt()
    await program.exited
    sandbox.friend('林小满').say('later')
    expect(await firstTextFor(sandbox, state)).toBe('later')
  })

  test('ends quietly when the reader of its output has gone, and leaves the message to the next program', async () => {
    const { sandbox, cwd, env, state } = await scene()
    sandbox.friend('林小满').say('not printed')
    const child = spawn(process.execPath, [MAIN, 'listen', '--json'], { cwd, env: { ...process.env, ...env } })
    child.stdout.destroy()
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0)
    expect(await firstTextFor(sandbox, state)).toBe('not printed')
  })

  test('survives an outage, and exits with 1 when the session ends', async () => {
    const { sandbox, listen } = await scene()
    const program = listen('--lang', 'zh')
    await program.shows(/在线/)
    const fault = sandbox.faults.add({ kind: 'drop', count: Number.POSITIVE_INFINITY })
    await program.shows(/! 连接已断开，正在重试。如果一直没有恢复，请运行 npx itchat doctor。\n/)
    fault.remove()
    await program.shows(/✓ 连接已恢复/)
    sandbox.phone.logoutWeb()
    expect(await program.exited).toBe(1)
    expect(program.text).toMatch(/! 已在手机上退出登录\n登录已结束。/)
  })
})
