import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js'
import { ManualClock } from '../support/manual-clock.js'
import { ended, warningTexts } from './support/observe.js'
import { readPhoto } from './support/photo.js'
import { newStateFolder, TencentPlugin } from './support/tencent-plugin.js'

/** The deviations that the sandbox warns about, by test. In all other tests there are no warnings. */
const WARNINGS = {
  penalty: new Set(['a message is sent during the penalty, which prolongs it']),
}
/** How long a poll of a replaced token is held at most. */
const REPLACED_MS = 29_000
const OPTIONS = { port: 0, ilink: true, messageTimeoutMs: 15_000 }

/** Logs in without a verify code and starts receiving. */
async function goOnline(sandbox: Sandbox, plugin: TencentPlugin): Promise<void> {
  const login = plugin.login()
  await plugin.next('qr')
  sandbox.clawbot.scan()
  sandbox.clawbot.confirm()
  expect(await login).toMatchObject({ connected: true })
  await plugin.start()
  await sandbox.clawbot.online()
}

/** Exchanges a first message, after which the program may send without being asked. */
async function greet({ clawbot }: Sandbox): Promise<void> {
  clawbot.say('你好')
  expect((await clawbot.nextMessage()).text).toBe('echo: 你好')
}

/** Resolves once the login on the phone satisfies a condition. */
function loginShows(sandbox: Sandbox, condition: (login: Sandbox['clawbot']['login']) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const remove = sandbox.on('clawbot', ({ login }) => {
      if (!condition(login)) return
      remove()
      resolve()
    })
  })
}

test("Tencent's plugin logs in with a verify code at another host, answers with text and typing, and gives notice", async () => {
  const state = newStateFolder()
  await using sandbox = await startSandbox(OPTIONS)
  await using plugin = await TencentPlugin.launch(sandbox.url, state)
  const { clawbot } = sandbox
  const login = plugin.login()
  expect((await plugin.next('qr')).url).toBe(clawbot.login.link)
  clawbot.redirect('sz.weixin.qq.com')
  for (let host = ''; host !== 'sz.weixin.qq.com'; ) ({ host } = await plugin.next('redirected'))
  const code = clawbot.requireVerifyCode('246810')
  clawbot.scan()
  const refused = loginShows(sandbox, ({ attemptsLeft }) => attemptsLeft === 2)
  plugin.typeCode('000000')
  await refused
  const accepted = loginShows(sandbox, ({ state }) => state === 'scanned')
  plugin.typeCode(code)
  await accepted
  clawbot.confirm()
  const { binding } = clawbot.view
  expect(await login).toMatchObject({ connected: true, accountId: binding?.botId })

  await plugin.start()
  await clawbot.online()
  const typed: boolean[] = []
  sandbox.on('clawbot', ({ binding }) => typed.push(binding?.typing ?? false))
  const said = clawbot.say('几点出发？\n<第二行>')
  expect((await clawbot.nextMessage()).text).toBe('echo: 几点出发？\n<第二行>')
  expect(await plugin.next('message')).toMatchObject({ text: '几点出发？\n<第二行>', messageId: said.id })
  await plugin.next('answered')
  expect(typed).toContain(true)
  await plugin.sendText(clawbot.userId, '主动发的')
  expect((await clawbot.nextMessage()).text).toBe('主动发的')
  expect(clawbot.notified).toEqual({ starts: 1, stops: 0 })
  await plugin.stop()
  expect(clawbot.notified).toEqual({ starts: 1, stops: 1 })
  expect(clawbot.typing).toBe(false)
  expect(clawbot.dropped).toEqual([])
  expect(warningTexts(sandbox)).toEqual(new Set())
  expect(sandbox.lastError).toBeUndefined()
})

test("Tencent's plugin receives and sends a picture, a video and a file with their bytes", async () => {
  const state = newStateFolder()
  await using sandbox = await startSandbox(OPTIONS)
  await using plugin = await TencentPlugin.launch(sandbox.url, state)
  const { clawbot } = sandbox
  await goOnline(sandbox, plugin)
  const large = randomBytes(1024 * 1024 + 77)
  const photo = readPhoto()
  const contents = [
    { kind: 'image', bytes: photo },
    { kind: 'video', bytes: large },
    { kind: 'file', name: '备份 & 50%.bin', bytes: large },
  ] as const
  for (const content of contents) {
    clawbot.send(content)
    const { path = '' } = await plugin.next('message')
    expect(readFileSync(path).equals(content.bytes), content.kind).toBe(true)
    const echo = await clawbot.nextMessage()
    expect([echo.kind, echo.name]).toEqual([content.kind, 'name' in content ? content.name : expect.any(String)])
    expect((await echo.bytes()).equals(content.bytes), content.kind).toBe(true)
  }
  clawbot.send({ kind: 'voice', transcript: '听写的话' })
  expect((await plugin.next('message')).text).toBe('听写的话')
  expect((await clawbot.nextMessage()).text).toBe('echo: 听写的话')

  const path = join(state, '山 & 云.jpg')
  writeFileSync(path, photo)
  await plugin.sendMedia(clawbot.userId, path, '说明')
  expect((await clawbot.nextMessage()).text).toBe('说明')
  const pushed = await clawbot.nextMessage()
  expect([pushed.kind, (await pushed.bytes()).equals(photo)]).toEqual(['image', true])
  const empty = join(state, 'empty.txt')
  writeFileSync(empty, '')
  await plugin.sendMedia(clawbot.userId, empty, '')
  const nothing = await clawbot.nextMessage()
  expect([nothing.kind, nothing.name, (await nothing.bytes()).length]).toEqual(['file', 'empty.txt', 0])
  await plugin.stop()
  expect(plugin.reported('error')).toEqual([])
  expect(clawbot.dropped).toEqual([])
  expect(warningTexts(sandbox)).toEqual(new Set())
})

test("Tencent's plugin continues from its files after a crash", async () => {
  const state = newStateFolder()
  await using sandbox = await startSandbox(OPTIONS)
  const { clawbot } = sandbox
  {
    await using killed = await TencentPlugin.launch(sandbox.url, state)
    await goOnline(sandbox, killed)
    await greet(sandbox)
    await killed.next('answered')
    await sandbox.held('getupdates')
    const pollEnded = ended(sandbox, 'getupdates')
    await killed.kill()
    await pollEnded
  }
  clawbot.say('在吗')
  await using plugin = await TencentPlugin.launch(sandbox.url, state)
  await plugin.start()
  expect((await clawbot.nextMessage()).text).toBe('echo: 在吗')
  await plugin.next('answered')
  await plugin.sendText(clawbot.userId, '重启了')
  expect((await clawbot.nextMessage()).text).toBe('重启了')
  expect(clawbot.view.binding?.notified).toEqual({ starts: 2, stops: 0 })

  const { binding } = clawbot.view
  const again = plugin.login()
  await plugin.next('qr')
  clawbot.scan()
  clawbot.confirm()
  expect(await again).toEqual({ connected: false, message: expect.stringContaining('无需重复连接') })
  expect(clawbot.view.binding).toEqual(binding)
  await plugin.stop()
  expect(sandbox.warnings).toEqual([])
})

test("Tencent's plugin reports a refused message", async () => {
  const state = newStateFolder()
  await using sandbox = await startSandbox(OPTIONS)
  await using plugin = await TencentPlugin.launch(sandbox.url, state)
  const { clawbot } = sandbox
  await goOnline(sandbox, plugin)
  await greet(sandbox)
  await plugin.next('answered')
  clawbot.spendQuota()
  await expect(plugin.sendText(clawbot.userId, '太多了')).rejects.toThrow('ret=-2')
  // After a refused reply, the plugin sends a notice about the error, which is refused too.
  const bothRefused = ended(sandbox, 'sendmessage', 2)
  clawbot.say('没有回答')
  clawbot.throttle()
  expect((await plugin.next('answered')).error).toContain('ret=-2')
  await bothRefused
  clawbot.say('继续')
  expect((await clawbot.nextMessage()).text).toBe('echo: 继续')
  await plugin.next('answered')
  await plugin.stop()
  expect(clawbot.messages.map(({ text }) => text)).toEqual(['你好', 'echo: 你好', '没有回答', '继续', 'echo: 继续'])
  expect(warningTexts(sandbox)).toEqual(WARNINGS.penalty)
})

test("Tencent's plugin stops polling and sending when the owner is bound to another program", async () => {
  const state = newStateFolder()
  const clock = new ManualClock()
  await using sandbox = await startSandbox({ ...OPTIONS, clock })
  await using plugin = await TencentPlugin.launch(sandbox.url, state)
  const { clawbot } = sandbox
  await goOnline(sandbox, plugin)
  await greet(sandbox)
  await plugin.next('answered')
  await sandbox.held('getupdates')
  clawbot.bindElsewhere()
  await clock.advance(REPLACED_MS)
  expect(await plugin.suspended()).toBeGreaterThan(59 * 60_000)
  await expect(plugin.sendText(clawbot.userId, '还在吗')).rejects.toThrow('session paused')
  await plugin.stop()
  expect(clawbot.messages.map(({ text }) => text)).not.toContain('还在吗')
})
