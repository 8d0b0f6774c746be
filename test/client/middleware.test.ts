import { setImmediate as turn } from 'node:timers/promises'
import {
  ArgumentError,
  DirectiveError,
  type Handler,
  type Itchat,
  type Message,
  type Middleware,
  NOTE,
  type Reply,
  StateError,
  SYSTEM,
  TEXT,
} from 'itchat'
import compat from 'itchat/compat'
import type { Sandbox } from 'itchat/sandbox'
import { describe, expect, test, vi } from 'vitest'
import { botFor, events, nextEvent, sandboxFor } from '../support/bot.js'
import { gate } from '../support/gate.js'

async function running(register: (bot: Itchat) => unknown) {
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox)
  await bot.login()
  register(bot)
  void bot.run()
  return { sandbox, bot, friend: sandbox.friend('小满') }
}

/** What the bot answers to `text`. A second text, which the middleware of the test lets pass, ends the wait. */
async function answersTo({ sandbox, bot }: { sandbox: Sandbox; bot: Itchat }, text: string): Promise<string[]> {
  const friend = sandbox.friend('小满')
  const off = bot.use((msg, next) => (msg.text === END ? END : next()))
  friend.say(text)
  friend.say(END)
  const answers: string[] = []
  while (answers.at(-1) !== END) answers.push((await friend.nextMessage()).text)
  off()
  return answers.slice(0, -1)
}

const END = 'the end'

/** The middleware for texts of the test alone: others, such as those of `System`, pass. */
function forTexts(middleware: Middleware): Middleware {
  return (msg, next) => (msg.type === 'Text' && msg.text !== END ? middleware(msg, next) : next())
}

describe('order', () => {
  test('runs around the handler in the order added; next() resolves to the reply before it is sent', async () => {
    const seen: unknown[] = []
    const { friend } = await running((bot) => {
      for (const name of ['outer', 'inner']) {
        bot.use(
          forTexts(async (msg, next) => {
            seen.push(`${name} before ${msg.text}`)
            const reply = await next()
            seen.push(`${name} after ${reply}`, friend.unread.length)
            return `${name}(${reply})`
          }),
        )
      }
      bot.msgRegister(TEXT, (msg) => {
        seen.push('handler')
        return msg.text.toUpperCase()
      })
    })
    friend.say('hi')
    expect((await friend.nextMessage()).text).toBe('outer(inner(HI))')
    expect(seen).toEqual([
      'outer before hi',
      'inner before hi',
      'handler',
      'inner after HI',
      0,
      'outer after inner(HI)',
      0,
    ])
  })

  test('what the handler replied with msg.reply() passes through and is not sent again', async () => {
    const replies: Reply[] = []
    const bot = await running((bot) => {
      bot.use(forTexts(async (_, next) => void replies.push(await next())))
      bot.msgRegister(TEXT, (msg) => msg.reply('once'))
    })
    expect(await answersTo(bot, 'x')).toEqual(['once'])
    expect(replies).toMatchObject([{ ok: true, MsgID: expect.stringMatching(/^\d+$/) }])
  })
})

describe('what a middleware returns', () => {
  const CASES: [string, Middleware, string[]][] = [
    ['undefined after next() passes the inner reply on', async (_, next) => void (await next()), ['handled']],
    ['undefined without waiting for next() passes it on too', (_, next) => void next(), ['handled']],
    ['the promise of next() passes it on', (_, next) => next(), ['handled']],
    ['null after next() drops it', (_, next) => next().then(() => null), []],
    ["'' sends nothing", (_, next) => next().then(() => ''), []],
    ['a text replaces it', (_, next) => next().then((reply) => `${reply}!`), ['handled!']],
    ['a text without next() is sent, and no handler runs', () => 'instead', ['instead']],
    ['nothing without next() sends nothing, and no handler runs', () => {}, []],
  ]
  test.each(CASES)('%s', async (_, middleware, expected) => {
    let handled = 0
    const bot = await running((bot) => {
      bot.use(forTexts(middleware))
      bot.msgRegister(TEXT, (msg) => {
        if (msg.text === 'x') handled++
        return 'handled'
      })
    })
    expect(await answersTo(bot, 'x')).toEqual(expected)
    expect(handled).toBe(String(middleware).includes('next()') ? 1 : 0)
  })

  test('a file of the program is sent', async () => {
    const { friend } = await running((bot) =>
      bot.use(forTexts(() => bot.file(Buffer.from('a,b'), { name: 'table.csv' }))),
    )
    friend.say('x')
    expect(await friend.nextMessage()).toMatchObject({ kind: 'file' })
  })

  test('what it may not return is an error, and nothing is sent', async () => {
    const { bot, friend } = await running((bot) => bot.use(forTexts((() => 42) as never)))
    const error = nextEvent(bot, 'error')
    friend.say('x')
    expect((await error).error).toBeInstanceOf(StateError)
    expect(friend.unread).toEqual([])
  })
})

describe('next()', () => {
  test('rejects with StateError when it is called a second time; the handler runs once', async () => {
    let handled = 0
    const { bot, friend } = await running((bot) => {
      bot.use(
        forTexts(async (_, next) => {
          await next()
          return next()
        }),
      )
      bot.msgRegister(TEXT, () => void handled++)
    })
    const error = nextEvent(bot, 'error')
    friend.say('x')
    expect((await error).error).toBeInstanceOf(StateError)
    expect(handled).toBe(1)
  })

  test('is waited for, though its middleware throws: the conversation stays in order', async () => {
    const steps: string[] = []
    const release = gate()
    const { bot, friend } = await running((bot) => {
      bot.use(
        forTexts((msg, next) => {
          if (msg.text !== '1') return next()
          void next()
          throw new Error('broken middleware')
        }),
      )
      bot.msgRegister(TEXT, async (msg) => {
        steps.push(`began ${msg.text}`)
        if (msg.text === '1') await release.opened
        steps.push(`ended ${msg.text}`)
        return `got ${msg.text}`
      })
    })
    const error = nextEvent(bot, 'error')
    friend.say('1')
    friend.say('2')
    await vi.waitFor(() => expect(steps).toContain('began 1'))
    await turn()
    release.open()
    expect((await error).error).toEqual(new Error('broken middleware'))
    expect((await friend.nextMessage()).text).toBe('got 2')
    expect(steps).toEqual(['began 1', 'ended 1', 'began 2', 'ended 2'])
  })

  test('rejects after its middleware had returned', async () => {
    const late = gate()
    let called: Promise<unknown> = Promise.resolve()
    const { friend } = await running((bot) => {
      bot.use(
        forTexts((_, next) => {
          called = late.opened.then(next)
          return 'returned'
        }),
      )
      bot.msgRegister(TEXT, () => 'handled')
    })
    friend.say('x')
    expect((await friend.nextMessage()).text).toBe('returned')
    late.open()
    await expect(called).rejects.toBeInstanceOf(StateError)
  })

  test('the next message of a chat waits until the handler is done, also without await', async () => {
    const order: string[] = []
    const bot = await running((bot) => {
      bot.use(
        forTexts((_, next) => {
          void next()
          return null
        }),
      )
      bot.msgRegister(TEXT, async (msg) => {
        order.push(`begins ${msg.text}`)
        await new Promise((resolve) => setImmediate(resolve))
        order.push(`ends ${msg.text}`)
      })
    })
    bot.friend.say('one')
    await answersTo(bot, 'two')
    expect(order.slice(0, 4)).toEqual(['begins one', 'ends one', 'begins two', 'ends two'])
  })

  test('a middleware that does not wait for the handler answers when the handler is done', async () => {
    const release = gate()
    const order: string[] = []
    const { friend } = await running((bot) => {
      bot.use(forTexts((_, next) => Promise.race([next(), Promise.resolve('too slow')])))
      bot.msgRegister(TEXT, async () => {
        order.push('begins')
        await release.opened
        order.push('ends')
      })
    })
    friend.say('x')
    setImmediate(release.open)
    expect((await friend.nextMessage()).text).toBe('too slow')
    expect(order).toEqual(['begins', 'ends'])
  })

  test('a middleware that fails does so when the handler is done', async () => {
    const order: string[] = []
    const { bot, friend } = await running((bot) => {
      bot.use(forTexts((_, next) => Promise.race([next(), Promise.reject(new Error('too slow'))])))
      bot.msgRegister(TEXT, async () => {
        order.push('begins')
        await new Promise((resolve) => setTimeout(resolve, 20))
        order.push('ends')
      })
    })
    const failed = nextEvent(bot, 'error')
    friend.say('x')
    expect(await failed).toMatchObject({ error: { message: 'too slow' } })
    expect(order).toEqual(['begins', 'ends'])
  })
})

describe('failures', () => {
  const failure = new Error('broken')
  const broken: Handler = () => {
    throw failure
  }
  const CASES: [string, Middleware, Handler, boolean][] = [
    ['a throw is an error event', broken as Middleware, () => 'handled', true],
    ['a rejection is an error event', async () => Promise.reject(failure), () => 'handled', true],
    ['an error of the handler passes through', (_, next) => next(), broken, true],
    ['an error of a handler without an observer is an error event', (_, next) => void next(), broken, true],
    [
      'so it is beside a reply',
      (_, next) => {
        void next()
        return 'reply'
      },
      broken,
      true,
    ],
    [
      'so it is when the middleware returns later',
      async (_, next) => {
        void next()
        await turn()
      },
      broken,
      true,
    ],
    [
      'an error that a middleware waited for among others is none',
      async (_, next) => void (await Promise.allSettled([next()])),
      broken,
      false,
    ],
    ['an error that a middleware caught is none', (_, next) => next().catch(() => undefined), broken, false],
    [
      'also when it returns nothing',
      async (_, next) => {
        try {
          await next()
        } catch {}
      },
      broken,
      false,
    ],
  ]
  test.each(CASES)('%s', async (_, middleware, handler, isError) => {
    const bot = await running((bot) => {
      bot.use(forTexts(middleware))
      bot.msgRegister(TEXT, (msg) => (msg.text === 'x' ? handler(msg) : undefined))
    })
    const errors = events(bot.bot, 'error')
    expect(await answersTo(bot, 'x')).toEqual([])
    expect(errors).toEqual(isError ? [{ error: failure, message: expect.objectContaining({ Text: 'x' }) }] : [])
  })

  test('a middleware can answer for a handler that failed', async () => {
    const { friend } = await running((bot) => {
      bot.use(forTexts((_, next) => next().catch((error: Error) => `sorry: ${error.message}`)))
      bot.msgRegister(TEXT, broken)
    })
    friend.say('x')
    expect((await friend.nextMessage()).text).toBe('sorry: broken')
  })

  test('anything but a function is an ArgumentError', () => {
    const bot = botFor({ url: 'http://127.0.0.1:9' })
    // @ts-expect-error a compile error too
    expect(() => bot.use('log')).toThrow(ArgumentError)
  })
})

describe('what it sees', () => {
  test('messages without a handler, own ones and System; no echo of what this client sent', async () => {
    const seen: string[] = []
    const bot = await running((bot) => {
      bot.use((msg, next) => {
        seen.push(`${msg.type} ${msg.isSelf ? 'own' : 'of others'} ${msg.type === 'Text' ? msg.text : ''}`)
        return next()
      })
      bot.msgRegister(NOTE, () => {})
    })
    const { sandbox, friend } = bot
    await bot.bot.sendMsg('sent by the bot', bot.bot.searchFriends({ remarkName: '小满' })[0])
    await friend.nextMessage()
    sandbox.owner.say('小满', 'from the phone')
    const changed = nextEvent(bot.bot, 'contacts')
    sandbox.group('周末爬山队 ⛰️').rename('周日爬山队')
    await changed
    await answersTo(bot, 'no handler')
    expect(seen).toContain('Text own from the phone')
    expect(seen).toContain('Text of others no handler')
    expect(seen.some((line) => line.startsWith('System '))).toBe(true)
    expect(seen.join()).not.toContain('sent by the bot')
  })

  test('configuredReply() resolves to true for a message that only middleware got', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    await bot.login()
    while (await bot.configuredReply());
    const seen: Message[] = []
    bot.use((msg) => void seen.push(msg))
    sandbox.friend('小满').say('x')
    while (!seen.some(({ text }) => text === 'x')) expect(await bot.configuredReply()).toBe(true)
  })

  test('a string it returns obeys the rule of handlers', async () => {
    const { bot, friend } = await running((bot) => bot.use(forTexts((msg) => String(msg.text))))
    const error = nextEvent(bot, 'error')
    friend.say('@fil@/etc/passwd')
    expect((await error).error).toBeInstanceOf(DirectiveError)
    friend.say('@msg@plain')
    expect((await friend.nextMessage()).text).toBe('plain')
    expect(friend.unread).toEqual([])
  })

  test('a file of the program cannot be named by a string there either', async () => {
    const { bot, friend } = await running((bot) => bot.use(forTexts(() => '@img@/etc/passwd')))
    const error = nextEvent(bot, 'error')
    friend.say('x')
    expect((await error).error).toBeInstanceOf(DirectiveError)
    expect(friend.unread).toEqual([])
  })
})

describe('removal', () => {
  test('use() returns the function that removes that one middleware', async () => {
    const seen: string[] = []
    const log = forTexts((_, next) => {
      seen.push('log')
      return next()
    })
    let removers: (() => void)[] = []
    const bot = await running((bot) => {
      removers = [bot.use(log), bot.use(log)]
    })
    await answersTo(bot, 'x')
    expect(seen.splice(0)).toEqual(['log', 'log'])
    removers[0]?.()
    removers[0]?.()
    await answersTo(bot, 'x')
    expect(seen.splice(0)).toEqual(['log'])
    removers[1]?.()
    await answersTo(bot, 'x')
    expect(seen).toEqual([])
  })

  test('a middleware removed or added while a message runs takes part from the next message on', async () => {
    const seen: string[] = []
    const { friend } = await running((bot) => {
      const see = (name: string) =>
        forTexts((_, next) => {
          seen.push(name)
          return next()
        })
      const remove = bot.use(
        forTexts((_, next) => {
          remove()
          removeSecond()
          bot.use(see('added'))
          return next()
        }),
      )
      const removeSecond = bot.use(see('second'))
      bot.msgRegister(TEXT, () => seen.splice(0).join())
    })
    friend.say('x')
    expect((await friend.nextMessage()).text).toBe('second')
    friend.say('x')
    expect((await friend.nextMessage()).text).toBe('added')
  })

  test('msgUnregister() clears every slot of a handler and returns whether it had any', async () => {
    const handler: Handler = () => 'first'
    const bot = await running((bot) => {
      bot.msgRegister(() => 'catch-all')
      expect(bot.msgRegister([TEXT, NOTE, SYSTEM], { isGroupChat: true, isFriendChat: true }, handler)).toBe(handler)
    })
    expect(await answersTo(bot, 'x')).toEqual(['first'])
    expect(bot.bot.msgUnregister(handler)).toBe(true)
    expect(bot.bot.msgUnregister(handler)).toBe(false)
    expect(await answersTo(bot, 'x')).toEqual(['catch-all'])
  })

  test('msgUnregister() clears the catch-all, and a slot that another handler took stays', async () => {
    const bot = botFor({ url: 'http://127.0.0.1:9' })
    const handler = bot.msgRegister(() => 'catch-all')
    expect(bot.msgUnregister(handler)).toBe(true)
    expect(bot.msgUnregister(handler)).toBe(false)
    const replaced = bot.msgRegister(TEXT, () => 'replaced')
    const later = bot.msgRegister(TEXT)(() => 'later')
    expect(bot.msgUnregister(replaced)).toBe(false)
    expect(bot.msgUnregister(later)).toBe(true)
  })

  test('on() returns the function that removes the listener', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    const seen: string[] = []
    const off = bot.on('login', () => seen.push('removed'))
    bot.on('login', () => seen.push('kept'))
    off()
    await bot.login()
    expect(seen).toEqual(['kept'])
  })

  test('the default instance has both, under the Python name too', () => {
    const handler = compat.msg_register(TEXT, () => 'x')
    expect(compat.msg_unregister(handler)).toBe(true)
    expect(compat.msgUnregister(handler)).toBe(false)
    compat.use(() => {})()
  })
})
