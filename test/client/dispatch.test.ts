import {
  DirectiveError,
  type Itchat,
  type ItchatEvents,
  NOTE,
  PICTURE,
  StateError,
  SYSTEM,
  TEXT,
  UNKNOWN,
} from 'itchat'
import type { Sandbox } from 'itchat/sandbox'
import { describe, expect, test } from 'vitest'
import { bareBotFor, botFor, nextEvent, recordingLogger, sandboxFor } from '../support/bot.js'
import { gate } from '../support/gate.js'
import { ManualClock } from '../support/manual-clock.js'

async function loggedIn(options: Parameters<typeof botFor>[1] = {}): Promise<{ sandbox: Sandbox; bot: Itchat }> {
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox, options)
  await bot.login()
  return { sandbox, bot }
}

describe('handler selection', () => {
  test('prefers handlers with flags to those without, later handlers to earlier ones, and typed handlers to a catch-all', async () => {
    const { sandbox, bot } = await loggedIn()
    bot.msgRegister((msg) => `catch-all ${msg.type}`)
    bot.msgRegister(TEXT, { isFriendChat: true }, () => 'flagged')
    bot.msgRegister(TEXT, () => 'plain, but later')
    bot.msgRegister(NOTE, () => 'first')
    bot.msgRegister([NOTE], () => 'second')
    void bot.run()
    const friend = sandbox.friend('小满')
    friend.say('x')
    expect((await friend.nextMessage()).text).toBe('flagged')
    sandbox.raw({ from: friend.id, MsgType: 10000, Content: 'note' })
    expect((await friend.nextMessage()).text).toBe('second')
    sandbox.official('沙丘日报').say('news')
    expect((await sandbox.official('沙丘日报').nextMessage()).text).toBe('catch-all Text')
  })

  test('includes handlers registered in decorator style or while the bot is running', async () => {
    const { sandbox, bot } = await loggedIn()
    void bot.run()
    const friend = sandbox.friend('小满')
    const first = bot.msgRegister(TEXT)(() => 'one')
    friend.say('x')
    expect((await friend.nextMessage()).text).toBe(first())
    bot.msgRegister(TEXT, () => 'two')
    friend.say('x')
    expect((await friend.nextMessage()).text).toBe('two')
  })

  test('rejects an unknown type or a missing handler at registration', () => {
    const bot = botFor({ url: 'http://127.0.0.1:9' })
    // @ts-expect-error a typo is a compile error too
    expect(() => bot.msgRegister('Txt', () => {})).toThrow('Invalid types "Txt": expected message types')
    // @ts-expect-error so is a missing handler
    expect(() => bot.msgRegister(TEXT, {}, undefined)).toThrow('expected a function, found nothing')
  })

  test('delivers unknown message types to handlers for UNKNOWN', async () => {
    const { sandbox, bot } = await loggedIn()
    bot.msgRegister(UNKNOWN, (msg) => `unknown ${msg.msgType} ${(msg.raw as unknown as { Odd: string }).Odd}`)
    void bot.run()
    const friend = sandbox.friend('小满')
    sandbox.raw({ from: friend.id, MsgType: 777, Odd: 'yes' } as never)
    expect((await friend.nextMessage()).text).toBe('unknown 777 yes')
  })
})

describe('own messages', () => {
  test('from the phone reach plain handlers when sent to the file helper or this account, and otherwise only isSelf handlers', async () => {
    const { sandbox, bot } = await loggedIn()
    const seen: string[] = []
    const done = gate()
    bot.msgRegister(TEXT, (msg) => void seen.push(`plain ${msg.text} ${msg.isSelf}`))
    bot.msgRegister(TEXT, { isGroupChat: true, isSelf: true }, (msg) => {
      seen.push(`isSelf ${msg.text} ${msg.isSelf}`)
      done.open()
    })
    void bot.run()
    sandbox.owner.say('filehelper', 'command')
    sandbox.owner.say('小满', 'private')
    sandbox.owner.say('周末爬山队 ⛰️', 'to the group')
    await done.opened
    expect(seen.sort()).toEqual(['isSelf to the group true', 'plain command true'])
  })

  test('to the file helper are answered in the file helper', async () => {
    const { sandbox, bot } = await loggedIn()
    bot.msgRegister(TEXT, (msg) => `done: ${msg.text}`)
    void bot.run()
    sandbox.owner.say('filehelper', 'command')
    expect((await sandbox.official('filehelper').nextMessage()).text).toBe('done: command')
  })
})

describe('the dispatcher', () => {
  test('handles each conversation in order, and different conversations concurrently', async () => {
    const { sandbox, bot } = await loggedIn()
    const slow = gate()
    const seen: string[] = []
    const all = gate()
    bot.msgRegister(TEXT, async (msg) => {
      if (msg.text === 'slow') await slow.opened
      seen.push(msg.text)
      if (seen.length === 1) slow.open()
      if (seen.length === 3) all.open()
    })
    void bot.run()
    sandbox.friend('小满').say('slow')
    sandbox.friend('小满').say('after slow')
    sandbox.friend('沈青禾').say('in parallel')
    await all.opened
    expect(seen).toEqual(['in parallel', 'slow', 'after slow'])
  })

  test('handles no message before run(), then all pending messages in order', async () => {
    const { sandbox, bot } = await loggedIn()
    const seen: string[] = []
    const all = gate()
    bot.msgRegister(TEXT, (msg) => {
      seen.push(msg.text)
      if (seen.length === 3) all.open()
    })
    const friend = sandbox.friend('小满')
    for (const text of ['1', '2', '3']) friend.say(text)
    await sandbox.held('synccheck')
    expect(seen).toEqual([])
    void bot.run()
    await all.opened
    expect(seen).toEqual(['1', '2', '3'])
  })

  test('handles one message per call to configuredReply(), which returns false after a second without messages', async () => {
    const clock = new ManualClock()
    const { sandbox, bot } = await loggedIn({ clock })
    bot.msgRegister(TEXT, (msg) => msg.text)
    const friend = sandbox.friend('小满')
    friend.say('1')
    friend.say('2')
    await sandbox.held('synccheck')
    // The first message is the notice that the web client is online.
    expect([await bot.configuredReply(), await bot.configuredReply(), await bot.configuredReply()]).toEqual([
      false,
      true,
      true,
    ])
    expect([(await friend.nextMessage()).text, (await friend.nextMessage()).text]).toEqual(['1', '2'])
    const idle = bot.configuredReply()
    await clock.advance(1_000)
    expect(await idle).toBe(false)
  })
})

describe('failures', () => {
  test('an exception in a handler emits an error event with the message; the bot continues', async () => {
    const { sandbox, bot } = await loggedIn()
    bot.msgRegister(TEXT, (msg) => {
      if (msg.text === 'boom') throw new Error('my bug')
      return msg.text
    })
    void bot.run()
    const error = nextEvent(bot, 'error')
    const friend = sandbox.friend('小满')
    friend.say('boom')
    friend.say('fine')
    expect(await error).toMatchObject({ error: new Error('my bug'), message: { Text: 'boom' } })
    expect((await friend.nextMessage()).text).toBe('fine')
  })

  test('without a listener, an error is logged on one line, with its location and without secrets', async () => {
    const { lines, logger } = recordingLogger()
    const sandbox = await sandboxFor()
    const bot = bareBotFor(sandbox, { logger })
    await bot.login()
    const handled = gate()
    bot.msgRegister(TEXT, (msg) => {
      if (msg.text === 'next') return handled.open()
      throw new Error('my bug skey=@crypt_1_SECRET\nsecond line')
    })
    void bot.run()
    sandbox.friend('小满').say('x')
    sandbox.friend('小满').say('next')
    await handled.opened
    const line = lines.find((text) => text.includes('my bug'))
    expect(line).toContain('dispatch.test.ts')
    expect(line).not.toContain('SECRET')
    expect(line).not.toContain('\n')
  })

  test('a listener that throws does not stop other listeners or the bot', async () => {
    const { sandbox, bot } = await loggedIn()
    const errors: ItchatEvents['error'][] = []
    bot.on('error', (failure) => errors.push(failure))
    bot.on('contacts', () => {
      throw new Error('broken listener')
    })
    const changes = nextEvent(bot, 'contacts')
    sandbox.group('周末爬山队 ⛰️').rename('爬山队')
    await changes
    expect(errors).toMatchObject([{ error: new Error('broken listener') }])
  })

  test('an invalid return value from a handler emits an error event and sends nothing', async () => {
    const { sandbox, bot } = await loggedIn()
    bot.msgRegister(TEXT, (() => 42) as never)
    void bot.run()
    const error = nextEvent(bot, 'error')
    sandbox.friend('小满').say('x')
    expect((await error).error).toBeInstanceOf(StateError)
    expect(sandbox.friend('小满').unread).toEqual([])
  })

  test('an echo bot does not follow file directives that it receives', async () => {
    const { sandbox, bot } = await loggedIn()
    bot.msgRegister(TEXT, (msg) => msg.text)
    void bot.run()
    const friend = sandbox.friend('小满')
    for (const directive of ['@fil@/etc/passwd', '@img@/etc/passwd', '@vid@/etc/passwd']) {
      const error = nextEvent(bot, 'error')
      friend.say(directive)
      expect((await error).error).toBeInstanceOf(DirectiveError)
    }
    friend.say('@msg@plain')
    expect((await friend.nextMessage()).text).toBe('plain')
    expect(friend.unread).toEqual([])
  })

  test('a handler that runs for more than a minute is reported; after handlerTimeoutMs, its conversation continues', async () => {
    const clock = new ManualClock()
    const { lines, logger } = recordingLogger()
    const { sandbox, bot } = await loggedIn({ clock, logger, handlerTimeoutMs: 90_000 })
    const started = gate()
    const never = gate()
    bot.msgRegister(TEXT, async (msg) => {
      if (msg.text === 'next') return 'free again'
      started.open()
      await never.opened
    })
    void bot.run()
    const friend = sandbox.friend('小满')
    friend.say('hang')
    await started.opened
    await clock.advance(61_000)
    expect(lines.some((line) => line.includes('for more than 60 s'))).toBe(true)
    friend.say('next')
    await clock.advance(30_000)
    expect((await friend.nextMessage()).text).toBe('free again')
    never.open()
  })
})

describe('the end of a session', () => {
  test.each([
    [1100, 'phone'],
    [1101, 'elsewhere'],
    [1102, 'expired'],
  ] as const)('with code %i resolves run() and emits logout once with reason %s', async (code, reason) => {
    const { sandbox, bot } = await loggedIn()
    const reasons: string[] = []
    bot.on('logout', (event) => reasons.push(event.reason))
    const running = bot.run()
    await sandbox.held('synccheck')
    sandbox.expireSession(code)
    await running
    expect(reasons).toEqual([reason])
    expect(bot.state).toBe('loggedOut')
    await bot.run()
  })

  test('close() waits for handlers in flight, except the one that calls it', async () => {
    const { sandbox, bot } = await loggedIn()
    const order: string[] = []
    const closed = gate()
    bot.msgRegister(TEXT, async (msg) => {
      await msg.reply('closing')
      await bot.close()
      order.push('closed')
      closed.open()
    })
    const running = bot.run().then(() => order.push('run resolved'))
    sandbox.friend('小满').say('x')
    await Promise.all([running, closed.opened])
    expect(order.sort()).toEqual(['closed', 'run resolved'])
    expect(bot.state).toBe('closed')
    expect(sandbox.session?.endCode).toBeUndefined()
    await expect(bot.sendMsg('x', 'filehelper')).rejects.toThrow('closed')
  })

  test('an aborted signal ends run() without logging out', async () => {
    const { sandbox, bot } = await loggedIn()
    const abort = new AbortController()
    const running = bot.run({ signal: abort.signal })
    abort.abort()
    await running
    expect(bot.state).toBe('closed')
    expect(sandbox.session?.endCode).toBeUndefined()
  })

  test('a logout listener can log in again', async () => {
    const { sandbox, bot } = await loggedIn()
    const again = new Promise((resolve) => bot.on('logout', async () => resolve(await bot.login())))
    const running = bot.run()
    await sandbox.held('synccheck')
    sandbox.expireSession(1100)
    await Promise.all([running, again])
    expect(bot.state).toBe('online')
  })

  test('an instance can log in again after logout()', async () => {
    const { sandbox, bot } = await loggedIn()
    bot.msgRegister(TEXT, (msg) => msg.text)
    const running = bot.run()
    await bot.logout()
    await running
    await bot.login()
    void bot.run()
    sandbox.friend('小满').say('again')
    expect((await sandbox.friend('小满').nextMessage()).text).toBe('again')
  })
})

test('a contact change updates the contact, emits an event and delivers a System message', async () => {
  const { sandbox, bot } = await loggedIn()
  const systems: string[] = []
  const delivered = gate()
  bot.msgRegister(SYSTEM, (msg) => {
    if (msg.systemInfo === 'uins') return
    systems.push(`${msg.systemInfo} ${msg.text.length}`)
    delivered.open()
  })
  bot.msgRegister(PICTURE, () => {})
  void bot.run()
  const room = bot.searchChatrooms({ name: '爬山' })[0]
  const contacts = nextEvent(bot, 'contacts')
  sandbox.group('周末爬山队 ⛰️').rename('周日爬山队')
  expect((await contacts).changed).toEqual([room])
  expect(room?.NickName).toBe('周日爬山队')
  await delivered.opened
  expect(systems).toEqual(['chatrooms 1'])
})
