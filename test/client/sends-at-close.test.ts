import { randomBytes } from 'node:crypto'
import { NetworkError, TEXT } from 'itchat'
import { expect, test } from 'vitest'
import { botFor, events, sandboxFor } from '../support/bot.js'
import { failureOf, gate } from '../support/gate.js'
import { ManualClock } from '../support/manual-clock.js'
import { wireTo } from '../support/wire.js'

/** A bot whose requests to `endpoint` are held until released or aborted. */
async function holding(endpoint: string) {
  const sandbox = await sandboxFor()
  const [held, release] = [gate(), gate()]
  const wire = await wireTo(sandbox, async (request) => {
    if (request.endpoint !== endpoint) return undefined
    held.open()
    const disconnected = new Promise((resolve) => request.signal.addEventListener('abort', resolve))
    await Promise.race([release.opened, disconnected])
    return undefined
  })
  const clock = new ManualClock()
  const bot = botFor(wire, { clock })
  const sent = events(bot, 'sent')
  await bot.login()
  return { sandbox, wire, clock, bot, sent, held: held.opened, release: release.open }
}

test('close() waits for a send in flight, and the message arrives', async () => {
  const { sandbox, bot, sent, held, release } = await holding('webwxsendmsg')
  const running = bot.run()
  const [friend] = bot.searchFriends({ name: '小满' })
  const sending = bot.send('goodbye', friend)
  await held
  const closing = bot.close().then(() => sent.map(({ outcome }) => outcome))
  release()
  expect(await sending).toMatchObject({ ok: true })
  expect(await closing).toEqual(['sent'])
  expect((await sandbox.friend('小满').nextMessage()).text).toBe('goodbye')
  await running
})

test('close() waits for a send whose file is still being uploaded', async () => {
  const { sandbox, bot, sent, held, release } = await holding('webwxuploadmedia')
  const [friend] = bot.searchFriends({ name: '小满' })
  const sending = bot.sendFile(randomBytes(100), friend, { name: 'a.bin' })
  await held
  const closing = bot.close()
  release()
  expect(await sending).toMatchObject({ ok: true })
  await closing
  expect(sent).toMatchObject([{ outcome: 'sent', content: { kind: 'file', name: 'a.bin', sizeBytes: 100 } }])
  expect(await sandbox.friend('小满').nextMessage()).toMatchObject({ kind: 'file', name: 'a.bin' })
})

test.each([
  ['a send that receives no reply and may have arrived', 'webwxsendmsg', 'unknown', 'unknown'],
  ['an upload that receives no reply, before any message is sent', 'webwxuploadmedia', 'notSent', 'failed'],
])('close() aborts %s', async (_, endpoint, outcome, reported) => {
  const { clock, bot, sent, held } = await holding(endpoint)
  const running = bot.run()
  const isText = endpoint === 'webwxsendmsg'
  const sending = failureOf(isText ? bot.send('x', 'filehelper') : bot.sendFile(randomBytes(9), 'filehelper'))
  await held
  const stop = new AbortController()
  const closing = bot.close().finally(() => stop.abort())
  void clock.hurry(10_000, stop.signal)
  const error = await sending
  expect(error).toBeInstanceOf(NetworkError)
  expect(error).toMatchObject({ outcome, message: expect.stringContaining('10 s') })
  await Promise.all([closing, running])
  expect(sent).toMatchObject([{ outcome: reported, error }])
})

test('close() called by a handler waits for the concurrent sends of that handler', async () => {
  const { sandbox, bot, held, release } = await holding('webwxsendmsg')
  const results: unknown[] = []
  bot.msgRegister(TEXT, async (msg) => {
    const replying = msg.reply('the last word')
    await held
    const closing = bot.close()
    release()
    results.push(await Promise.all([replying, closing]))
  })
  const running = bot.run()
  sandbox.friend('小满').say('x')
  await running
  await bot.close()
  expect((await sandbox.friend('小满').nextMessage()).text).toBe('the last word')
  expect(results).toHaveLength(1)
})

test('close() waits for sends from exitCallback and from a session that is not receiving', async () => {
  const sandbox = await sandboxFor()
  const [bot, stepwise] = [botFor(sandbox), botFor(sandbox)]
  const sending: Promise<unknown>[] = []
  await bot.login({ exitCallback: () => void sending.push(bot.send('from the callback', 'filehelper')) })
  await bot.close()
  expect(await Promise.all(sending)).toMatchObject([{ ok: true }])

  const uuid = await stepwise.getQRuuid()
  while ((await stepwise.checkLogin(uuid)) !== '200');
  await stepwise.webInit()
  const late = stepwise.send('without receiving', 'filehelper')
  await stepwise.close()
  expect(await late).toMatchObject({ ok: true })
})
