import { once } from 'node:events'
import { join } from 'node:path'
import { type Itchat, PICTURE, TEXT } from 'itchat'
import { ExpectationError, type SentMessage, type TestBot, type TestBotOptions, testBot } from 'itchat/sandbox'
import { describe, expect, test } from 'vitest'

/** Returns the error of an expectation that must fail. */
async function failureOf(expectation: Promise<SentMessage | void>): Promise<ExpectationError> {
  const error = await expectation.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (error instanceof ExpectationError) return error
  throw error ?? new Error('The expectation did not fail.')
}

interface Row {
  setup?(bot: Itchat): unknown
  options?: TestBotOptions
  /** Default: Alice says "ping" and expects "pong". */
  act?(t: TestBot): Promise<SentMessage | void>
  text: string
}

const ping = (t: TestBot) => {
  t.alice.say('ping')
  return t.alice.expects('pong')
}

const ROWS: Record<string, Row> = {
  'no handler is registered for the type': {
    setup: (bot) => bot.msgRegister(PICTURE, () => 'pong'),
    text: `Alice expected "pong", but the bot sent nothing.
  Alice said "ping": no handler is registered for type Text.`,
  },
  'no handler matches the conversation': {
    setup: (bot) => bot.msgRegister(TEXT, { isGroupChat: true }, () => 'pong'),
    text: `Alice expected "pong", but the bot sent nothing.
  Alice said "ping": no handler matched. Type Text has handlers only for isGroupChat.`,
  },
  'no handler matches a group': {
    setup: (bot) => bot.msgRegister([TEXT, PICTURE], () => 'pong'),
    act: (t) => {
      t.room.as('Bob').send({ kind: 'image', name: 'cat.png' })
      return t.room.expects('pong')
    },
    text: `Room expected "pong", but the bot sent nothing.
  Bob sent a message of kind image in Room: no handler matched. Type Picture has handlers only for isFriendChat.`,
  },
  'the handler returned nothing': {
    setup: (bot) => bot.msgRegister(TEXT, function answer() {}),
    text: `Alice expected "pong", but the bot sent nothing.
  Alice said "ping": handler "answer" returned nothing.`,
  },
  'a handler without a name returned nothing': {
    setup: (bot) => bot.msgRegister(TEXT, () => {}),
    text: `Alice expected "pong", but the bot sent nothing.
  Alice said "ping": a handler returned nothing.`,
  },
  'the bot waits with setTimeout': {
    setup: (bot) =>
      bot.msgRegister(TEXT, function remind(msg) {
        setTimeout(() => void msg.reply('pong'), 600_000).unref()
      }),
    act: async (t) => {
      t.alice.say('ping')
      await t.alice.expectsNothing()
      await t.clock.advance(600_000)
      await t.alice.expects('pong')
    },
    text: `Alice expected "pong", but the bot sent nothing.
  Alice said "ping": handler "remind" returned nothing.
  The handlers have not waited for t.clock. If the bot calls setTimeout, it waits in real time.`,
  },
  'the handler threw': {
    setup: (bot) =>
      bot.msgRegister(TEXT, async function answer() {
        throw new TypeError('boom')
      }),
    text: `Alice expected "pong", but the bot sent nothing.
  Alice said "ping": handler "answer" threw TypeError: boom.`,
  },
  'middleware threw': {
    setup: (bot) =>
      bot.use(() => {
        throw new RangeError('no')
      }),
    text: `Alice expected "pong", but the bot sent nothing.
  Alice said "ping": middleware threw RangeError: no.`,
  },
  'middleware did not call the handler': {
    setup: (bot) => {
      bot.use(() => undefined)
      bot.msgRegister(TEXT, () => 'pong')
    },
    text: `Alice expected "pong", but the bot sent nothing.
  Alice said "ping": middleware did not call \`next()\`, so no handler was called.`,
  },
  'the reply was refused': {
    setup: (bot) => bot.msgRegister(TEXT, () => 'pong'),
    act: (t) => {
      t.faults.add({ kind: 'ret', ret: 1204, path: 'webwxsendmsg' })
      return ping(t)
    },
    text: `Alice expected "pong", but the bot sent nothing.
  Alice said "ping": a handler threw ServerError: webwxsendmsg: the server refused the request (ret 1204). The recipient is not a friend of this account.
  The request webwxsendmsg was refused with 1204: fault ret.`,
  },
  'the reply was sent elsewhere': {
    setup: (bot) =>
      bot.msgRegister(TEXT, async () => {
        const [bob] = bot.searchFriends({ name: 'Bob' })
        await bob?.send('pong')
      }),
    text: `Alice expected "pong", but the bot sent nothing.
  Alice said "ping": a handler returned nothing.
  The bot sent "pong" to Bob instead.`,
  },
  'the message was said by somebody else': {
    setup: (bot) => bot.msgRegister(TEXT, () => 'pong'),
    act: (t) => {
      t.alice.say('ping')
      return t.bob.expects('pong')
    },
    text: `Bob expected "pong", but the bot sent nothing.
  Alice said "ping": a handler returned text.
  The bot sent "pong" to Alice instead.`,
  },
  'nothing was said': {
    act: (t) => t.alice.expects('pong'),
    text: `Alice expected "pong", but the bot sent nothing.
  Nothing has been said to the bot.`,
  },
  'the bot is not logged in': {
    options: { login: false },
    text: `Alice expected "pong", but the bot sent nothing.
  Alice said "ping": the bot has not fetched it.
  The bot is not logged in: its state is offline.`,
  },
  'the bot was logged out': {
    act: (t) => {
      t.sandbox.phone.logoutWeb()
      return ping(t)
    },
    text: `Alice expected "pong", but the bot sent nothing.
  Alice said "ping": the bot has not fetched it.
  The request webwxsync was refused with 1101: the session has ended.
  The bot is not logged in: its state is loggedOut.`,
  },
  'run() has not been called': {
    setup: (bot) => bot.msgRegister(TEXT, () => 'pong'),
    options: { login: false },
    act: async (t) => {
      await t.bot.login({ qrCallback() {} })
      return ping(t)
    },
    text: `Alice expected "pong", but the bot sent nothing.
  Alice said "ping": the bot has fetched it, but run() has not passed it to a handler.`,
  },
  'the text is wrong': {
    setup: (bot) => bot.msgRegister(TEXT, () => 'pang'),
    text: `Alice expected "pong", but the bot sent "pang".
  Alice said "ping": a handler returned text.`,
  },
  'the text does not match': {
    setup: (bot) => bot.msgRegister(TEXT, () => 'pang'),
    act: (t) => {
      t.alice.say('ping')
      return t.alice.expects(/p.ng$/g).then(() => {
        t.alice.say('ping')
        return t.alice.expects(/^o/)
      })
    },
    text: `Alice expected text that matches /^o/, but the bot sent "pang".
  Alice said "ping": a handler returned text.`,
  },
  'a file was sent instead of text': {
    setup: (bot) => bot.msgRegister(TEXT, () => bot.file(join(import.meta.dirname, 'test-kit-errors.test.ts'))),
    text: `Alice expected "pong", but the bot sent a message of kind file, "test-kit-errors.test.ts".
  Alice said "ping": a handler returned a file.`,
  },
  'text was sent instead of a file': {
    setup: (bot) => bot.msgRegister(TEXT, () => 'pong'),
    act: (t) => {
      t.alice.say('ping')
      return t.alice.expectsFile('report.pdf')
    },
    text: `Alice expected a file named "report.pdf", but the bot sent "pong".
  Alice said "ping": a handler returned text.`,
  },
  'text was sent instead of another kind': {
    setup: (bot) => bot.msgRegister(TEXT, () => 'pong'),
    act: (t) => {
      t.alice.say('ping')
      return t.alice.expects({ kind: 'image' })
    },
    text: `Alice expected a message of kind image, but the bot sent "pong".
  Alice said "ping": a handler returned text.`,
  },
  'the handler waits for the clock': {
    act: async (t) => {
      t.bot.msgRegister(TEXT, async function remind() {
        await t.clock.sleep(300_000)
        return 'pong'
      })
      return ping(t)
    },
    text: `Alice expected "pong", but the bot sent nothing.
  Alice said "ping": handler "remind" is still running and waits 300000 ms for the clock: call t.clock.advance(300000).`,
  },
  'the handler waits for something else': {
    act: async (t) => {
      const released = new AbortController()
      t.bot.msgRegister(TEXT, () => once(released.signal, 'abort').then(() => {}))
      t.alice.say('ping')
      try {
        return await t.alice.expects('pong', { timeoutMs: 1 })
      } finally {
        released.abort()
      }
    },
    text: `Alice expected "pong", but the bot sent nothing.
  Alice said "ping": a handler is still running.
  The limit of real time has passed. Set \`timeoutMs\` for a bot that needs longer.`,
  },
  'something was sent although nothing was expected': {
    setup: (bot) => bot.msgRegister(TEXT, () => 'pong'),
    act: (t) => {
      t.alice.say('ping')
      return t.alice.expectsNothing()
    },
    text: `Alice expected nothing, but the bot sent "pong".
  Alice said "ping": a handler returned text.`,
  },
  'the bot logged in after the message': {
    setup: (bot) => bot.msgRegister(TEXT, () => 'pong'),
    options: { login: false },
    act: async (t) => {
      t.alice.say('ping')
      await t.restart()
      await t.bot.login({ qrCallback() {} })
      void t.bot.run()
      return t.alice.expects('pong')
    },
    text: `Alice expected "pong", but the bot sent nothing.
  Alice said "ping": the bot logged in after it, and receives only newer messages.`,
  },
  'messages were not handled although nothing was expected': {
    options: { login: false },
    act: async (t) => {
      await t.bot.login({ qrCallback() {} })
      t.alice.say('ping')
      return t.alice.expectsNothing()
    },
    text: `Alice expected nothing, but the bot has not handled every message.
  Alice said "ping": the bot has fetched it, but run() has not passed it to a handler.`,
  },
  'the connection is lost': {
    setup: (bot) => bot.msgRegister(TEXT, () => 'pong'),
    act: (t) => {
      t.faults.add({ kind: 'drop', count: 50 })
      t.alice.say('ping')
      return t.alice.expectsNothing()
    },
    text: `Alice expected nothing, but the bot has not handled every message.
  Alice said "ping": the bot has not fetched it.
  The bot has lost the connection and waits for the clock: call t.clock.advance(ms), or set \`withinMs\`.`,
  },
  'a handler threw although nothing was expected': {
    setup: (bot) =>
      bot.msgRegister(TEXT, () => {
        throw new TypeError('boom')
      }),
    act: (t) => {
      t.alice.say('ping')
      return t.alice.expectsNothing()
    },
    text: `Alice expected nothing, but a handler threw.
  Alice said "ping": a handler threw TypeError: boom.`,
  },
}

describe('the error of an expectation', () => {
  test.each(Object.entries(ROWS))('%s', async (_name, { setup = () => {}, options, act = ping, text }) => {
    await using t = await testBot(setup, options)
    // The code of a handler depends on the test runner.
    const { message } = await failureOf(act(t))
    expect(message.replace(/handler `.*`(?= (?:returned|threw|is))/g, 'a handler')).toBe(text)
  })

  test('shows the code of a handler without a name', async () => {
    await using t = await testBot((bot) => bot.msgRegister(TEXT, (msg) => msg.text.replace('ping', 'pang')))
    const { message } = await failureOf(ping(t))
    expect(message).toMatch(
      /Alice said "ping": handler `\(msg\) => msg\.text\.replace\(.ping., .pang.\)` returned text\.$/,
    )
  })

  test('lists at most five messages', async () => {
    await using t = await testBot(() => {})
    for (let number = 1; number <= 7; number++) t.alice.say(`text ${number}`)
    const { message } = await failureOf(t.alice.expects('x'))
    expect(message).toContain('2 earlier messages are not listed.\n  Alice said "text 3"')
  })

  test('has the error of the handler as its cause', async () => {
    const boom = new TypeError('boom')
    await using t = await testBot((bot) =>
      bot.msgRegister(TEXT, () => {
        throw boom
      }),
    )
    expect((await failureOf(ping(t))).cause).toBe(boom)
    expect(t.errors).toEqual([boom])
  })

  test('has the texts that a test runner compares', async () => {
    await using t = await testBot((bot) => bot.msgRegister(TEXT, () => 'pang'))
    const { expected, actual, received } = await failureOf(ping(t))
    expect({ expected, actual }).toEqual({ expected: 'pong', actual: 'pang' })
    expect(received?.text).toBe('pang')
  })

  test('is also part of the error from nextMessage', async () => {
    await using t = await testBot((bot) => bot.msgRegister(PICTURE, () => 'pong'))
    t.alice.say('ping')
    await t.alice.expectsNothing()
    await expect(t.alice.chat.nextMessage({ timeoutMs: 0 })).rejects.toThrow(
      'Reported by the program: Alice said "ping": no handler is registered for type Text',
    )
  })
})
