import { existsSync, readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Sandbox } from 'itchat/sandbox'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { sandboxFor } from '../../support/bot.js'
import { serve } from '../../support/http-server.js'
import { workFolder } from '../program.js'

const RECIPES = join(import.meta.dirname, '../../../examples/recipes')
const NAMES = readdirSync(RECIPES).map((file) => file.slice(0, -'.ts'.length))
const TOKEN = '0123456789abcdef'

interface Running {
  sandbox: Sandbox
  /** The working directory of the program. */
  folder: string
  /** Presses Ctrl-C; resolves when the program has ended. */
  interrupt(): Promise<unknown>
}

/** Runs a recipe as Node would: with fresh modules, in an empty folder. Resolves when Ctrl-C can end it. */
async function run(name: string, sandbox?: Sandbox): Promise<Running> {
  const server = sandbox ?? (await sandboxFor())
  const folder = workFolder()
  vi.resetModules()
  vi.stubEnv('ITCHAT_BASE_URL', server.url)
  vi.stubEnv('TMPDIR', folder)
  vi.spyOn(console, 'log').mockReturnValue()
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const before = process.listeners('SIGINT')
  const added = () => process.listeners('SIGINT').filter((listener) => !before.includes(listener))
  const ready = new Promise<void>((resolve) => {
    const onListener = (event: string) => {
      if (event !== 'SIGINT') return
      process.off('newListener', onListener)
      // The event is emitted before the listener is added.
      queueMicrotask(resolve)
    }
    process.on('newListener', onListener)
  })
  const ended = import(/* @vite-ignore */ join(RECIPES, `${name}.ts`))
  await Promise.race([ready, ended])
  const interrupt = async () => {
    for (const listener of added()) {
      process.removeListener('SIGINT', listener)
      await listener('SIGINT')
    }
    return ended
  }
  onTestFinished(async () => {
    await interrupt()
    expect(server.warnings).toEqual([])
  })
  return { sandbox: server, folder, interrupt }
}

/** A port that is free. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

test.each(NAMES.filter((name) => name !== 'several-accounts'))('%s logs in, and ends on Ctrl-C', async (name) => {
  vi.stubEnv('HOOK_TOKEN', TOKEN)
  vi.stubEnv('HOOK_PORT', '0')
  const { sandbox, interrupt } = await run(name)
  await sandbox.online()
  await interrupt()
})

test('auto-reply answers, and saves its login', async () => {
  const { sandbox, folder } = await run('auto-reply')
  await sandbox.online()
  sandbox.friend('小满').say('价格？')
  expect((await sandbox.friend('小满').nextMessage()).text).toMatch(/^Our list/)
  expect(existsSync(join(folder, 'itchat.json'))).toBe(true)
})

test('several-accounts runs two accounts, each with its own state', async () => {
  const sandbox = await sandboxFor()
  const second = sandbox.addAccount({ name: 'Home' })
  const { folder } = await run('several-accounts', sandbox)
  sandbox.friend('小满').say('urgent: call me')
  expect((await second.official('filehelper').nextMessage()).text).toBe('小满: urgent: call me')
  expect((await sandbox.friend('小满').nextMessage()).text).toBe('I have seen it and will call you.')
  second.owner.say('filehelper', 'status')
  expect((await second.official('filehelper').nextMessage()).text).toBe('Work is online.')
  second.friend('小满').say('urgent')
  expect(existsSync(join(folder, 'work/itchat.json'))).toBe(true)
  expect(existsSync(join(folder, 'home/itchat.json'))).toBe(true)
  expect(second.friend('小满').unread).toEqual([])
})

test('assistant answers over iLink, and shows that it is writing', async () => {
  vi.stubEnv('ITCHAT_TRANSPORT', 'ilink')
  const url = await serve(async (request, response) => {
    request.resume()
    await sandbox.clawbot.online()
    await typing
    response.end('data: {"choices":[{"delta":{"content":"Hello!"}}]}\n\ndata: [DONE]\n\n')
  })
  vi.stubEnv('OPENAI_BASE_URL', url)
  const { sandbox } = await run('assistant')
  const typing = new Promise<void>((resolve) => {
    sandbox.on('request', ({ endpoint, status }) => {
      if (endpoint === 'sendtyping' && status !== undefined) resolve()
    })
  })
  await sandbox.clawbot.online()
  sandbox.clawbot.say('hi')
  expect((await sandbox.clawbot.nextMessage()).text).toBe('Hello!')
})

describe('notifications', () => {
  async function start() {
    const port = await freePort()
    vi.stubEnv('HOOK_TOKEN', TOKEN)
    vi.stubEnv('HOOK_PORT', String(port))
    const program = await run('notifications')
    const { sandbox } = program
    await (process.env.ITCHAT_TRANSPORT === 'ilink' ? sandbox.clawbot.online() : sandbox.online())
    const url = `http://127.0.0.1:${port}/`
    const post = (body: string, token = TOKEN, method = 'POST') =>
      fetch(url, { method, headers: { authorization: `Bearer ${token}` }, ...(method === 'POST' ? { body } : {}) })
    return { ...program, port, post }
  }

  test('sends what is posted to the file helper, verbatim', async () => {
    const { sandbox, post } = await start()
    expect((await post('@fil@/etc/passwd\n构建失败')).status).toBe(200)
    expect((await sandbox.official('filehelper').nextMessage()).text).toBe('@fil@/etc/passwd\n构建失败')
  })

  test('refuses a wrong token, another method, an empty text and a long one', async () => {
    const { sandbox, post } = await start()
    expect((await post('hello', '')).status).toBe(401)
    expect((await post('hello', `${TOKEN}0`)).status).toBe(401)
    expect((await post('', TOKEN, 'GET')).status).toBe(405)
    expect((await post(' \n')).status).toBe(400)
    expect((await post('x'.repeat(16 * 1024 + 1))).status).toBe(413)
    expect(sandbox.official('filehelper').unread).toEqual([])
  })

  test('listens only on the loopback address', async () => {
    const { port } = await start()
    await expect(fetch(`http://127.0.0.2:${port}/`)).rejects.toThrow()
  })

  test('reports a message that was not sent', async () => {
    const { sandbox, post } = await start()
    sandbox.faults.add({ kind: 'ret', ret: -1, path: 'webwxsendmsg' })
    const response = await post('hello')
    expect(response.status).toBe(503)
    expect(await response.text()).toMatch(/webwxsendmsg/)
  })

  test('over iLink, queues what the owner cannot receive yet', async () => {
    vi.stubEnv('ITCHAT_TRANSPORT', 'ilink')
    const { sandbox, post } = await start()
    expect((await post('The build failed.')).status).toBe(202)
    sandbox.clawbot.say('hi')
    expect((await sandbox.clawbot.nextMessage()).text).toBe('The build failed.')
  })

  test('does not start without a token', async () => {
    vi.stubEnv('HOOK_TOKEN', 'short')
    vi.resetModules()
    await expect(import('../../../examples/recipes/notifications.js')).rejects.toThrow(/Set HOOK_TOKEN/)
  })
})
