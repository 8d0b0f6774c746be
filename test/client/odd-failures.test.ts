import { TEXT } from 'itchat'
import { describe, expect, test } from 'vitest'
import { bareBotFor, botFor, nextEvent, recordingLogger, sandboxFor } from '../support/bot.js'

/** The thrown values, and the text that the log must contain for each. */
const thrownValues: [string, () => unknown, string][] = [
  ['an object without a prototype', () => Object.create(null), 'cannot be displayed'],
  ['undefined', () => undefined, 'undefined'],
  ['a string', () => 'just a string', 'just a string'],
  ['a symbol', () => Symbol('odd'), 'Symbol(odd)'],
  ['an error whose stack is not a string', () => Object.assign(new Error('odd stack'), { stack: 42 }), 'odd stack'],
  [
    'an error whose message cannot be read',
    () => Object.defineProperty(new Error(), 'message', { get: boom }),
    'cannot be displayed',
  ],
]

function boom(): never {
  throw new Error('a getter that throws')
}

describe.each(thrownValues)('a handler that throws %s', (_, make, logged) => {
  test.each(['at once', 'later'])('%s: an error event is emitted, and the conversation continues', async (when) => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    await bot.login()
    const thrown = make()
    bot.msgRegister(TEXT, (msg) => {
      if (msg.text === 'fine') return 'fine'
      if (when === 'at once') throw thrown
      return Promise.reject(thrown)
    })
    void bot.run()
    const failure = nextEvent(bot, 'error')
    const friend = sandbox.friend('小满')
    friend.say('odd')
    friend.say('fine')
    expect((await friend.nextMessage()).text).toBe('fine')
    const { error, message } = await failure
    expect(error).toBe(thrown)
    expect(message?.text).toBe('odd')
  })

  test('causes one log line if there is no error listener, and the conversation continues', async () => {
    const { lines, logger } = recordingLogger()
    const sandbox = await sandboxFor()
    const bot = bareBotFor(sandbox, { logger })
    await bot.login()
    const thrown = make()
    bot.msgRegister(TEXT, (msg) => {
      if (msg.text === 'fine') return 'fine'
      throw thrown
    })
    void bot.run()
    const before = lines.length
    sandbox.friend('小满').say('odd')
    sandbox.friend('小满').say('fine')
    expect((await sandbox.friend('小满').nextMessage()).text).toBe('fine')
    expect(lines.slice(before)).toEqual([expect.stringContaining(logged)])
  })
})

test('a logger whose error() throws does not stop the bot', async () => {
  const { logger } = recordingLogger()
  const sandbox = await sandboxFor()
  const bot = bareBotFor(sandbox, {
    logger: {
      ...logger,
      error() {
        throw new Error('the disk is full')
      },
    },
  })
  await bot.login()
  bot.msgRegister(TEXT, (msg) => {
    if (msg.text === 'boom') throw new Error('my bug')
    return 'fine'
  })
  const running = bot.run()
  sandbox.friend('小满').say('boom')
  sandbox.friend('小满').say('next')
  expect((await sandbox.friend('小满').nextMessage()).text).toBe('fine')
  await bot.close()
  await running
})

test('an error listener that throws does not stop the bot', async () => {
  const { lines, logger } = recordingLogger()
  const sandbox = await sandboxFor()
  const bot = bareBotFor(sandbox, { logger })
  bot.on('error', () => {
    throw new Error('broken error listener')
  })
  await bot.login()
  bot.msgRegister(TEXT, (msg) => {
    if (msg.text === 'boom') throw new Error('my bug')
    return 'fine'
  })
  void bot.run()
  sandbox.friend('小满').say('boom')
  sandbox.friend('小满').say('next')
  expect((await sandbox.friend('小满').nextMessage()).text).toBe('fine')
  expect(lines.filter((line) => line.includes('broken error listener'))).toHaveLength(1)
})
