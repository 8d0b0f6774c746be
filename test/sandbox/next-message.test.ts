import { TEXT } from 'itchat'
import { NoMessageError, type Sandbox, startSandbox } from 'itchat/sandbox'
import { beforeEach, describe, expect, test } from 'vitest'
import { botFor, nextEvent, sandboxFor } from '../support/bot.js'
import { ManualClock } from '../support/manual-clock.js'
import { WireClient } from './support/wire-client.js'

let clock: ManualClock
let waitClock: ManualClock
let sandbox: Sandbox
let client: WireClient

beforeEach(async () => {
  clock = new ManualClock()
  waitClock = new ManualClock()
  sandbox = await sandboxFor({ clock, waitClock, messageTimeoutMs: 3000, world: { friends: ['甲', '乙'] } })
  client = new WireClient(sandbox.url)
})

const friend = () => sandbox.friend('甲')

/** Returns the error after the default timeout has passed on the wait clock. */
async function failure(waiting = friend().nextMessage()): Promise<NoMessageError> {
  const settled = waiting.then(
    () => undefined,
    (error: unknown) => error,
  )
  await waitClock.advance(3000)
  const error = await settled
  expect(error).toBeInstanceOf(NoMessageError)
  return error as NoMessageError
}

async function online(): Promise<void> {
  await client.login()
  const open = client.check()
  await sandbox.held('synccheck')
  await clock.advance(25_000)
  await open
}

describe('the timeout of nextMessage', () => {
  test('ends the wait but keeps a message that arrives later', async () => {
    await failure()
    await client.login()
    await client.send(await client.userName('甲'), 'late')
    expect((await friend().nextMessage()).text).toBe('late')
  })

  test('is 3 s by default', async () => {
    await using plain = await startSandbox({ port: 0, clock, waitClock })
    expect((await failure(plain.friend('林小满').nextMessage())).timeoutMs).toBe(3000)
  })

  test('uses the system clock even if the sandbox has another clock', async () => {
    await using plain = await startSandbox({ port: 0, clock })
    await expect(plain.friend('林小满').nextMessage({ timeoutMs: 1 })).rejects.toThrow('within 1 ms')
  })

  test('can be set for a single call or to Infinity', async () => {
    const short = failure(friend().nextMessage({ timeoutMs: 10 }))
    expect((await short).timeoutMs).toBe(10)
    const open = friend().nextMessage({ timeoutMs: Number.POSITIVE_INFINITY })
    await waitClock.advance(10 ** 9)
    await client.login()
    await client.send(await client.userName('甲'), 'at last')
    expect((await open).text).toBe('at last')
  })

  test('does not apply to a message that is already waiting', async () => {
    await client.login()
    await client.send(await client.userName('甲'), 'there')
    expect((await friend().nextMessage({ timeoutMs: 0 })).text).toBe('there')
  })

  test.each([-1, Number.NaN, 2 ** 31])('cannot be set to %d', async (timeoutMs) => {
    await expect(friend().nextMessage({ timeoutMs })).rejects.toThrow('Invalid timeoutMs')
  })

  test('is not reported if the signal aborts first', async () => {
    const controller = new AbortController()
    const waiting = friend().nextMessage({ signal: controller.signal })
    controller.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    await expect(friend().nextMessage({ signal: controller.signal })).rejects.toThrow('enough')
  })

  test('is cancelled when the message arrives', async () => {
    await client.login()
    const waiting = friend().nextMessage()
    await client.send(await client.userName('甲'), 'x')
    await waiting
    expect(waitClock.waiting).toBe(0)
  })
})

describe('the error from nextMessage reports', () => {
  test('that no program has logged in', async () => {
    expect((await failure()).message).toBe(
      'The program sent nothing to 甲 within 3000 ms.\n  No program has logged in.',
    )
  })

  test('that the program was logged out, and why', async () => {
    await client.login()
    sandbox.phone.logoutWeb()
    friend().say('hi')
    expect((await failure()).message).toContain('logged out (1100)')
  })

  test('that the program is not polling for messages', async () => {
    await client.login()
    friend().say('hi')
    const { message, said } = await failure()
    expect(message).toContain('Messages in this chat: "hi" (not fetched)')
    expect(message).toContain('Has run() been called?')
    expect(said.map(({ text, delivered }) => [text, delivered])).toEqual([['hi', false]])
  })

  test('which messages were sent, and which of them were fetched', async () => {
    await online()
    friend().say('one')
    await client.sync()
    friend().send({ kind: 'image' })
    const { message, said } = await failure()
    expect(message).toContain('Messages in this chat: "one" (fetched, not answered), [image] (not fetched)')
    expect(message).toContain('has not fetched all of these')
    expect(said.map((view) => view.delivered)).toEqual([true, false])
  })

  test('that all messages were fetched without a reply', async () => {
    await online()
    friend().say('hi')
    await client.sync()
    expect((await failure()).message).toContain('no handler matched, or the handler returned nothing or threw')
  })

  test('that no message was sent since the last reply', async () => {
    await online()
    friend().say('hi')
    await client.sync()
    await client.send(await client.userName('甲'), 'answer')
    await friend().nextMessage()
    const { message, said } = await failure()
    expect(said).toEqual([])
    expect(message).toContain("Nothing has been sent in this chat since the program's last message.")
  })

  test('the messages sent to other chats in the meantime, but not earlier ones', async () => {
    await online()
    await client.send('filehelper', 'before')
    friend().say('hi')
    await client.sync()
    await client.send(await client.userName('乙'), 'wrong person')
    const waiting = friend().nextMessage()
    await client.send('filehelper', 'log')
    const { message, elsewhere } = await failure(waiting)
    expect(message).toMatch(/Sent to other chats in the meantime: "wrong person" to 乙, "log" to /)
    expect(elsewhere.map((message) => message.text)).toEqual(['wrong person', 'log'])
  })

  test('which requests were refused', async () => {
    await online()
    friend().say('hi')
    await client.sync()
    sandbox.faults.add({ kind: 'ret', ret: 1205, path: 'webwxsendmsg' })
    await client.send(await client.userName('甲'), 'answer')
    await client.send('@stranger', 'answer')
    const { message, refused } = await failure()
    expect(message).toContain(
      'Requests refused in the meantime: webwxsendmsg with 1205 (fault ret), webwxsendmsg with 1204 (ToUser',
    )
    expect(refused).toHaveLength(2)
  })

  test('only the latest five messages', async () => {
    await online()
    for (let number = 1; number <= 7; number++) friend().say(`text ${number}`)
    const { message, said } = await failure()
    expect(message).toContain('"text 3" (not fetched)')
    expect(message).toContain(', 2 more')
    expect(message).not.toContain('"text 2"')
    expect(said).toHaveLength(7)
  })

  test('the diagnostics that a program in the same process has added, until they are removed', async () => {
    await online()
    friend().say('hi')
    await client.sync()
    const remove = sandbox.addDiagnostics(({ said }) => said.map(({ text }) => `no handler matched ${text}`))
    const { message, diagnostics } = await failure()
    expect(diagnostics).toEqual(['no handler matched hi'])
    expect(message).toContain('Reported by the program: no handler matched hi')
    remove()
    expect((await failure()).diagnostics).toEqual([])
  })

  test('errors thrown by a message handler', async () => {
    const bot = botFor(sandbox)
    const errors: string[] = []
    bot.on('error', ({ error }) => errors.push(String(error)))
    sandbox.addDiagnostics(() => errors)
    bot.msgRegister(TEXT, () => {
      throw new TypeError('boom')
    })
    await bot.login()
    void bot.run()
    const thrown = nextEvent(bot, 'error')
    friend().say('hi')
    await thrown
    expect((await failure()).message).toMatch(/fetched, not answered.*Reported by the program: .*boom/s)
  })
})

describe('once the sandbox is closed', () => {
  const WAITS: readonly (readonly [string, (of: Sandbox) => Promise<unknown>])[] = [
    ['nextMessage', (of) => of.friend('甲').nextMessage()],
    ['nextMessage without a limit', (of) => of.friend('甲').nextMessage({ timeoutMs: Number.POSITIVE_INFINITY })],
    ['online', (of) => of.online()],
    ['held', (of) => of.held('synccheck')],
    ['phone.waiting', (of) => of.phone.waiting()],
    ['clawbot.online', (of) => of.clawbot.online()],
    ['clawbot.waiting', (of) => of.clawbot.waiting()],
    ['clawbot.nextMessage', (of) => of.clawbot.nextMessage()],
  ]

  test.each(WAITS)('%s rejects, whether it began before or after that', async (_, wait) => {
    const before = wait(sandbox)
    const rejects = expect(before).rejects.toThrow('The sandbox has been closed.')
    await sandbox.close()
    await rejects
    await expect(wait(sandbox)).rejects.toThrow('The sandbox has been closed.')
  })
})
