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
import { describe, expect, test } from 'vitest'
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

/** Resolves to the replies to `text`. A second text, `END`, which the tested middleware passes on, ends the wait. */
async function repliesTo({ sandbox, bot }: { sandbox: Sandbox; bot: Itchat }, text: string): Promise<string[]> {
  const friend = sandbox.friend('小满')
  const off = bot.use((msg, next) => (msg.text === END ? END : next()))
  friend.say(text)
  friend.say(END)
  const replies: string[] = []
  while (replies.at(-1) !== END) replies.push((await friend.nextMessage()).text)
  off()
  return replies.slice(0, -1)
}

const END = 'the end'

/** Applies `middleware` only to the texts of the test; other messages, such as `System`, pass through. */
function forTexts(middleware: Middleware): Middleware {
  return (msg, next) => (msg.type === 'Text' && msg.text !== END ? middleware(msg, next) : next())
}

describe('middleware', () => {
  test('runs around the handler in the order in which it was added; next() resolves to the reply before it is sent', async () => {
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

  test('passes on the result of msg.reply(), which is not sent again', async () => {
    const replies: Reply[] = []
    const bot = await running((bot) => {
      bot.use(forTexts(async (_, next) => void replies.push(await next())))
      bot.msgRegister(TEXT, (msg) => msg.reply('once'))
    })
    expect(await repliesTo(bot, 'x')).toEqual(['once'])
    expect(replies).toMatchObject([{ ok: true, MsgID: expect.stringMatching(/^\d+$/) }])
  })
})

describe('a middleware that returns', () => {
  const CASES: [string, Middleware, string[]][] = [
    ['undefined after next() passes on the inner reply', async (_, next) => void (await next()), ['handled']],
    ['undefined without awaiting next() also passes on the inner reply', (_, next) => void next(), ['handled']],
    ['the promise from next() passes on the inner reply', (_, next) => next(), ['handled']],
    ['null after next() drops the inner reply', (_, next) => next().then(() => null), []],
    ["'' sends nothing", (_, next) => next().then(() => ''), []],
    ['a string after next() replaces the inner reply', (_, next) => next().then((reply) => `${reply}!`), ['handled!']],
    ['a string without calling next() sends the string and runs no handler', () => 'instead', ['instead']],
    ['undefined without calling next() sends nothing and runs no handler', () => {}, []],
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
    expect(await repliesTo(bot, 'x')).toEqual(expected)
    expect(handled).toBe(String(middleware).includes('next()') ? 1 : 0)
  })

  test('a file from bot.file() sends the file', async () => {
    const { friend } = await running((bot) =>
      bot.use(forTexts(() => bot.file(Buffer.from('a,b'), { name: 'table.csv' }))),
    )
    friend.say('x')
    expect(await friend.nextMessage()).toMatchObject({ kind: 'file' })
  })

  test('an invalid value emits an error event and sends nothing', async () => {
    const { bot, friend } = await running((bot) => bot.use(forTexts((() => 42) as never)))
    const error = nextEvent(bot, 'error')
    friend.say('x')
    expect((await error).error).toBeInstanceOf(StateError)
    expect(friend.unread).toEqual([])
  })
})

describe('next()', () => {
  test('rejects with StateError when called a second time; the handler runs once', async () => {
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

  test('is awaited even if its middleware throws: the conversation stays in order', async () => {
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
    await expect.poll(() => steps).toContain('began 1')
    await turn()
    release.open()
    expect((await error).error).toEqual(new Error('broken middleware'))
    expect((await friend.nextMessage()).text).toBe('got 2')
    expect(steps).toEqual(['began 1', 'ended 1', 'began 2', 'ended 2'])
  })

  test('rejects when called after its middleware has returned', async () => {
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

  test('holds back the next message in a chat until the handler has finished, even without await', async () => {
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
    await repliesTo(bot, 'two')
    expect(order.slice(0, 4)).toEqual(['begins one', 'ends one', 'begins two', 'ends two'])
  })

  test('delays the reply until the handler has finished, even if the middleware does not wait for it', async () => {
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

  test('delays an error from the middleware until the handler has finished', async () => {
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
    ['an exception emits an error event', broken as Middleware, () => 'handled', true],
    ['a rejection emits an error event', async () => Promise.reject(failure), () => 'handled', true],
    ['an error from the handler passes through and emits an error event', (_, next) => next(), broken, true],
    ['an unobserved error from the handler emits an error event', (_, next) => void next(), broken, true],
    [
      'an unobserved error emits an error event even if the middleware returns a reply',
      (_, next) => {
        void next()
        return 'reply'
      },
      broken,
      true,
    ],
    [
      'an unobserved error emits an error event even if the middleware returns later',
      async (_, next) => {
        void next()
        await turn()
      },
      broken,
      true,
    ],
    [
      'an error observed with Promise.allSettled emits no error event',
      async (_, next) => void (await Promise.allSettled([next()])),
      broken,
      false,
    ],
    ['a caught error emits no error event', (_, next) => next().catch(() => undefined), broken, false],
    [
      'a caught error emits no error event if the middleware returns undefined',
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
    expect(await repliesTo(bot, 'x')).toEqual([])
    expect(errors).toEqual(isError ? [{ error: failure, message: expect.objectContaining({ Text: 'x' }) }] : [])
  })

  test('a middleware can reply for a failed handler', async () => {
    const { friend } = await running((bot) => {
      bot.use(forTexts((_, next) => next().catch((error: Error) => `sorry: ${error.message}`)))
      bot.msgRegister(TEXT, broken)
    })
    friend.say('x')
    expect((await friend.nextMessage()).text).toBe('sorry: broken')
  })

  test('use() throws for anything but a function', () => {
    const bot = botFor({ url: 'http://127.0.0.1:9' })
    // @ts-expect-error a compile error too
    expect(() => bot.use('log')).toThrow(ArgumentError)
  })
})

describe('a middleware', () => {
  test('receives unhandled, own and System messages, but not the echo of sent messages', async () => {
    const seen: string[] = []
    const bot = await running((bot) => {
      bot.use((msg, next) => {
        seen.push(`${msg.type} ${msg.isSelf ? 'own' : 'from others'} ${msg.type === 'Text' ? msg.text : ''}`)
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
    await repliesTo(bot, 'no handler')
    expect(seen).toContain('Text own from the phone')
    expect(seen).toContain('Text from others no handler')
    expect(seen.some((line) => line.startsWith('System '))).toBe(true)
    expect(seen.join()).not.toContain('sent by the bot')
  })

  test('makes configuredReply() resolve to true even without a handler', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    await bot.login()
    while (await bot.configuredReply());
    const seen: Message[] = []
    bot.use((msg) => void seen.push(msg))
    sandbox.friend('小满').say('x')
    while (!seen.some(({ text }) => text === 'x')) expect(await bot.configuredReply()).toBe(true)
  })

  test('is subject to the same directive rules as handlers', async () => {
    const { bot, friend } = await running((bot) => bot.use(forTexts((msg) => String(msg.text))))
    const error = nextEvent(bot, 'error')
    friend.say('@fil@/etc/passwd')
    expect((await error).error).toBeInstanceOf(DirectiveError)
    friend.say('@msg@plain')
    expect((await friend.nextMessage()).text).toBe('plain')
    expect(friend.unread).toEqual([])
  })

  test('cannot send a file by returning a directive', async () => {
    const { bot, friend } = await running((bot) => bot.use(forTexts(() => '@img@/etc/passwd')))
    const error = nextEvent(bot, 'error')
    friend.say('x')
    expect((await error).error).toBeInstanceOf(DirectiveError)
    expect(friend.unread).toEqual([])
  })
})

describe('removal', () => {
  test('use() returns a function that removes only that registration', async () => {
    const seen: string[] = []
    const log = forTexts((_, next) => {
      seen.push('log')
      return next()
    })
    let removers: (() => void)[] = []
    const bot = await running((bot) => {
      removers = [bot.use(log), bot.use(log)]
    })
    await repliesTo(bot, 'x')
    expect(seen.splice(0)).toEqual(['log', 'log'])
    removers[0]?.()
    removers[0]?.()
    await repliesTo(bot, 'x')
    expect(seen.splice(0)).toEqual(['log'])
    removers[1]?.()
    await repliesTo(bot, 'x')
    expect(seen).toEqual([])
  })

  test('removing or adding a middleware takes effect with the next message', async () => {
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

  test('msgUnregister() clears every slot of a handler and returns whether there were any', async () => {
    const handler: Handler = () => 'first'
    const bot = await running((bot) => {
      bot.msgRegister(() => 'catch-all')
      expect(bot.msgRegister([TEXT, NOTE, SYSTEM], { isGroupChat: true, isFriendChat: true }, handler)).toBe(handler)
    })
    expect(await repliesTo(bot, 'x')).toEqual(['first'])
    expect(bot.bot.msgUnregister(handler)).toBe(true)
    expect(bot.bot.msgUnregister(handler)).toBe(false)
    expect(await repliesTo(bot, 'x')).toEqual(['catch-all'])
  })

  test('msgUnregister() clears the catch-all, but not a slot that another handler replaced', async () => {
    const bot = botFor({ url: 'http://127.0.0.1:9' })
    const handler = bot.msgRegister(() => 'catch-all')
    expect(bot.msgUnregister(handler)).toBe(true)
    expect(bot.msgUnregister(handler)).toBe(false)
    const replaced = bot.msgRegister(TEXT, () => 'replaced')
    const later = bot.msgRegister(TEXT)(() => 'later')
    expect(bot.msgUnregister(replaced)).toBe(false)
    expect(bot.msgUnregister(later)).toBe(true)
  })

  test('on() returns a function that removes the listener', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    const seen: string[] = []
    const off = bot.on('login', () => seen.push('removed'))
    bot.on('login', () => seen.push('kept'))
    off()
    await bot.login()
    expect(seen).toEqual(['kept'])
  })

  test('the default instance has use(), msgUnregister() and the Python name msg_unregister()', () => {
    const handler = compat.msg_register(TEXT, () => 'x')
    expect(compat.msg_unregister(handler)).toBe(true)
    expect(compat.msgUnregister(handler)).toBe(false)
    compat.use(() => {})()
  })
})
