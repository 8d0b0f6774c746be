import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { PICTURE, TEXT } from 'itchat'
import { type BotSetup, SandboxError, testBot, testProgram } from 'itchat/sandbox'
import { describe, expect, test, vi } from 'vitest'
import { botFor } from '../support/bot.js'
import { gate } from '../support/gate.js'

/** Event-loop turns after which the kit has noticed that nothing happens by itself. */
async function quietTurns(): Promise<void> {
  for (let turn = 0; turn < 100; turn++) await nextTurn()
}

const echo: BotSetup = (bot) => bot.msgRegister(TEXT, (msg) => `You said: ${msg.text}`)

describe('people', () => {
  test('get answers from the bot, in order', async () => {
    await using t = await testBot(echo)
    t.alice.say('one')
    t.alice.say('two')
    t.bob.say('three')
    await t.alice.expects('You said: one')
    await t.alice.expects(/two$/)
    await t.bob.expects({ kind: 'text' })
    await t.alice.expectsNothing()
  })

  test('mention the bot in a group', async () => {
    await using t = await testBot((bot) =>
      bot.msgRegister(TEXT, { isGroupChat: true }, (msg) => (msg.isAt ? `Yes, ${msg.actualNickName}?` : undefined)),
    )
    t.room.as('Bob').say('hello')
    await t.room.expectsNothing()
    t.room.as('Bob').say('@bot are you there')
    await t.room.expects('Yes, Bob?')
    t.room.member('Alice').say('hi', { at: 'owner' })
    await t.room.expects('Yes, Alice?')
    t.room.as('Alice').say('@bottle hi')
    await t.room.expectsNothing()
  })

  test('mention an account with another name', async () => {
    await using t = await testBot(
      (bot) => bot.msgRegister(TEXT, { isGroupChat: true }, (msg) => (msg.isAt ? 'here' : undefined)),
      { world: { owner: '小助手', friends: ['Alice'], groups: [{ topic: 'Room', members: ['Alice'] }] } },
    )
    t.room.as('Alice').say('@bot 在吗')
    await t.room.expects('here')
    t.room.as('Alice').say('@小助手 在吗')
    await t.room.expects('here')
    expect(t.room.chat.messages.at(0)).toMatchObject({ mentionsOwner: true, text: '@小助手\u2005在吗' })
  })

  test('send every kind and expect files', async () => {
    await using t = await testBot((bot) => {
      bot.msgRegister(PICTURE, () => bot.file(join(import.meta.dirname, 'test-kit.test.ts')))
    })
    t.alice.send({ kind: 'image' })
    const file = await t.alice.expectsFile('test-kit.test.ts')
    expect((await file.bytes()).toString()).toContain('describe(')
    t.alice.send({ kind: 'image' })
    await t.alice.expectsFile(/\.ts$/)
    t.alice.send({ kind: 'image' })
    await t.alice.expectsFile()
  })

  // JavaScript does not check types, and a misspelled property is undefined.
  test.each([undefined, null, 5])('cannot say %s', async (text: any) => {
    await using t = await testBot(echo)
    await using ilink = await testBot(echo, { transport: 'ilink' })
    const { owner } = t.sandbox
    const group = t.sandbox.group('Room')
    const says = [t.alice, t.room, t.room.as('Bob'), group.member('Bob'), ilink.owner].map((who) => () => who.say(text))
    for (const say of [...says, () => owner.say('Alice', text)]) {
      expect(say).toThrow(new SandboxError(`Invalid text ${text}: expected a string.`))
    }
    expect(t.sandbox.friend('Alice').messages).toEqual([])
    expect(group.messages).toEqual([])
  })

  test('in a group send a sample too, if a message has no text', async () => {
    await using t = await testBot(echo)
    const { text } = t.alice.send({ kind: 'text' })
    expect(text).not.toBe('')
    expect(t.room.as('Bob').send({ kind: 'text' }).text).toBe(text)
  })

  test('are those of the options', async () => {
    await using t = await testBot(
      (bot) => {
        bot.msgRegister(TEXT, (msg) => `You said: ${msg.text}`)
        bot.msgRegister(TEXT, { isGroupChat: true }, () => 'to the group')
      },
      { people: ['小满', { name: 'Carol', remark: 'Boss' }], rooms: { 读书会: ['小满', 'Alice'] } },
    )
    t.person('小满').say('在吗')
    await t.person('小满').expects('You said: 在吗')
    t.person('Boss').say('x')
    await t.person('Carol').expects('You said: x')
    t.group('读书会').as('小满').say('hi')
    await t.group('读书会').expects('to the group')
    expect([t.person('Carol').name, t.group('读书会').name]).toEqual(['Boss', '读书会'])
    expect(() => t.person('Carl')).toThrow(SandboxError)
  })
})

describe('expectations', () => {
  test('see a reply that the handler does not await', async () => {
    await using t = await testBot((bot) =>
      bot.msgRegister(TEXT, (msg) => {
        void msg.reply('first').then(() => msg.reply('second'))
      }),
    )
    t.alice.say('hi')
    await t.alice.expects('first')
    await t.alice.expects('second')
  })

  test('wait for a handler that waits for something outside the test', async () => {
    const [called, released] = [gate(), gate()]
    await using t = await testBot((bot) =>
      bot.msgRegister(TEXT, async () => {
        called.open()
        await released.opened
        return 'done'
      }),
    )
    t.alice.say('hi')
    const answer = t.alice.expects('done')
    await called.opened
    await quietTurns()
    released.open()
    await answer
  })

  test('advance the clock for retries of the bot', async () => {
    await using t = await testBot(echo)
    const startMs = t.clock.now()
    t.faults.add({ kind: 'drop', path: 'webwxsync', count: 1 })
    t.alice.say('hi')
    await t.alice.expects('You said: hi')
    expect(t.clock.now() - startMs).toBeLessThanOrEqual(3000)
  })

  test('are not needed to wait until the bot has finished', async () => {
    await using t = await testBot((bot) =>
      bot.msgRegister(TEXT, (msg) => {
        if (msg.text === 'bad') throw new TypeError('boom')
        return 'good'
      }),
    )
    t.alice.say('bad')
    t.bob.say('fine')
    await t.settled()
    expect(t.errors.map(String)).toEqual(['TypeError: boom'])
    expect(t.bob.chat.unread.map(({ text }) => text)).toEqual(['good'])
    await t.room.expectsNothing()
  })

  test('of a settled bot have a limit of real time', async () => {
    const released = new AbortController()
    await using t = await testBot((bot) => bot.msgRegister(TEXT, () => once(released.signal, 'abort').then(() => {})))
    t.alice.say('hi')
    await expect(t.settled({ timeoutMs: 1 })).rejects.toThrow('Set `timeoutMs`')
    released.abort()
    await t.settled()
  })

  test('end with the reason of the signal', async () => {
    await using t = await testBot((bot) => bot.msgRegister(TEXT, () => 'x'))
    await expect(t.alice.expects('x', { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
  })

  test.each([{ withinMs: -1 }, { timeoutMs: Number.NaN }])('reject the option %o', async (options) => {
    await using t = await testBot(echo)
    await expect(t.alice.expects('x', options)).rejects.toThrow(SandboxError)
  })

  test('fulfilled twice at once read one message each', async () => {
    await using t = await testBot(echo)
    t.alice.say('1')
    t.bob.say('2')
    await Promise.all([t.bob.expects('You said: 2'), t.alice.expects('You said: 1')])
  })
})

describe('the clock', () => {
  test('lets minutes pass in no time', async () => {
    await using t = await testBot((bot, { clock }) => {
      bot.msgRegister(TEXT, async (msg) => {
        await clock.sleep(10 * 60_000)
        return `Reminder: ${msg.text}`
      })
    })
    const startMs = t.clock.now()
    t.alice.say('tea')
    await t.alice.expectsNothing()
    await t.clock.advance(9 * 60_000)
    await t.alice.expectsNothing()
    await t.clock.advance(60_000)
    await t.alice.expects('Reminder: tea')
    expect(t.clock.now() - startMs).toBe(10 * 60_000)
  })

  test('starts at the time of the options', async () => {
    await using t = await testBot(() => {}, { now: new Date('2026-01-01T09:00:00Z') })
    expect(new Date(t.clock.now()).getUTCFullYear()).toBe(2026)
    t.alice.say('x')
    expect(t.alice.chat.messages[0]?.at).toBe(t.clock.now())
  })

  test('keeps the bot online for hours', async () => {
    await using t = await testBot(echo)
    await t.clock.advance(3 * 3_600_000)
    t.alice.say('still there?')
    await t.alice.expects('You said: still there?')
    expect(t.errors).toEqual([])
    expect(t.sandbox.warnings).toEqual([])
  })

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('cannot advance by %d', async (ms) => {
    await using t = await testBot(() => {})
    await expect(t.clock.advance(ms)).rejects.toThrow('Invalid ms')
  })

  test('advances until a promise settles, unless the signal aborts', async () => {
    await using t = await testBot(() => {})
    const startMs = t.clock.now()
    expect(await t.clock.advanceUntil(t.clock.sleep(60_000).then(() => 'done'))).toBe('done')
    expect(t.clock.now() - startMs).toBe(60_000)
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(t.clock.advanceUntil(new Promise(() => {}), { signal })).rejects.toThrow('enough')
    await expect(t.clock.sleep(1, signal)).rejects.toThrow('enough')
  })

  test('works with fake timers', async () => {
    vi.useFakeTimers()
    try {
      await using t = await testBot(echo)
      t.alice.say('hi')
      await t.alice.expects('You said: hi')
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('the bot', () => {
  test('is independent of other bots in the process', async () => {
    const bots = await Promise.all(
      ['a', 'b', 'c'].map((name) => testBot((bot) => bot.msgRegister(TEXT, (msg) => `${name}: ${msg.text}`))),
    )
    for (const [index, t] of bots.entries()) t.alice.say(String(index))
    await Promise.all(bots.map((t, index) => t.alice.expects(`${'abc'[index]}: ${index}`)))
    await Promise.all(bots.map((t) => t[Symbol.asyncDispose]()))
  })

  test('continues the session after a restart with hot reload', async () => {
    await using t = await testBot(echo, { hotReload: true })
    const { bot } = t
    await t.restart()
    expect(t.bot).not.toBe(bot)
    expect(t.sandbox.requests.filter(({ endpoint }) => endpoint === 'jslogin')).toHaveLength(1)
    t.alice.say('hi')
    await t.alice.expects('You said: hi')
  })

  test('logs in again after a restart without hot reload', async () => {
    await using t = await testBot(echo)
    await t.restart()
    expect(t.sandbox.requests.filter(({ endpoint }) => endpoint === 'jslogin')).toHaveLength(2)
    t.alice.say('hi')
    await t.alice.expects('You said: hi')
  })

  test('does not receive what was said before it logged in again', async () => {
    await using t = await testBot(echo)
    await t.bot.close()
    t.alice.say('too early')
    await t.restart()
    t.alice.say('hi')
    await t.alice.expects('You said: hi')
    await t.alice.expectsNothing()
  })

  test('does not wait for handlers of a bot that has been closed', async () => {
    const released = new AbortController()
    await using t = await testBot((bot) =>
      bot.msgRegister(TEXT, async (msg) => {
        if (msg.text === 'wait') await once(released.signal, 'abort')
        return 'done'
      }),
    )
    t.alice.say('wait')
    await expect(t.settled({ timeoutMs: 1 })).rejects.toThrow('Set `timeoutMs`')
    await t.restart()
    t.bob.say('go')
    await t.bob.expects('done')
    await t.alice.expectsNothing()
    released.abort()
  })

  test('saves files in a folder that is removed with it', async () => {
    const t = await testBot((bot) => bot.msgRegister(PICTURE, async (msg) => (await msg.download(msg.fileName)).path))
    t.alice.send({ kind: 'image', name: 'cat.png' })
    const { text } = await t.alice.expects(/png$/)
    expect(dirname(text)).toBe(t.downloadDir)
    expect(existsSync(text)).toBe(true)
    await t.close()
    expect(existsSync(text)).toBe(false)
  })

  test('talks to the owner over iLink', async () => {
    await using t = await testBot(echo, { transport: 'ilink' })
    t.owner.say('hello')
    await t.owner.expects('You said: hello')
    t.owner.send({ kind: 'image' })
    await t.owner.expectsNothing()
    t.owner.say('x')
    await expect(t.owner.expects('y')).rejects.toThrow('The owner expected "y", but the bot sent "You said: x".')
    await expect(t.owner.expects('y')).rejects.toThrow('The owner sent a message of kind image')
  })

  test('has only an owner over iLink', async () => {
    await using t = await testBot(echo)
    expect(() => t.owner).toThrow("{ transport: 'ilink' }")
    await using other = await testBot(echo, { transport: 'ilink' })
    expect(() => other.alice).toThrow('Use t.owner.')
    expect(() => other.room).toThrow('Use t.owner.')
  })

  test('answers more of its owner’s messages than one of them allows, although the clock stands still', async () => {
    await using t = await testBot(echo, { transport: 'ilink' })
    for (let count = 1; count <= 12; count++) {
      t.owner.say(`${count}`)
      await t.owner.expects(`You said: ${count}`)
    }
  })

  test('writes to the file helper, and reads what the owner writes there', async () => {
    await using t = await testBot((bot) => {
      bot.msgRegister(TEXT, { isFriendChat: true }, (msg) => void bot.sendMsg(`Noted: ${msg.text}`, 'filehelper'))
    })
    const helper = t.person('filehelper')
    t.alice.say('tea')
    await expect(t.alice.expects('tea')).rejects.toThrow('The bot sent "Noted: tea" to filehelper instead.')
    await helper.expects('Noted: tea')
    expect(() => helper.say('coffee')).toThrow("sandbox.owner.say('filehelper', text)")
    t.sandbox.owner.say('filehelper', 'coffee')
    await helper.expects('Noted: coffee')
    expect(() => t.person('filehelpr')).toThrow('Unknown person "filehelpr". Did you mean')
  })

  test('can be in a group with other members', async () => {
    await using t = await testBot(echo, { people: ['Carol'], rooms: { Room: ['Alice', 'Carol'] } })
    expect(t.room.chat.memberIds).toEqual([t.sandbox.owner.id, t.alice.id, t.person('Carol').id])
  })

  test('rejects invalid times and expectations', async () => {
    const now = new Date('tomorrow')
    await expect(testBot(echo, { now })).rejects.toThrow('Invalid now Invalid Date: expected a valid Date')
    await using t = await testBot(echo)
    const text = JSON.parse('{}').text
    await expect(t.alice.expects(text)).rejects.toThrow('Invalid expectation undefined: expected a text')
    await expect(t.clock.advance(JSON.parse('"60000"'))).rejects.toThrow("Invalid ms '60000': expected a finite number")
  })

  test('that fails to set up or to log in leaves no sandbox behind', async () => {
    let url = ''
    const failing = testBot((_bot, { sandbox }) => {
      url = sandbox.url
      throw new Error('no handlers')
    })
    await expect(failing).rejects.toThrow('no handlers')
    await expect(fetch(url)).rejects.toThrow()
  })

  test('reports the errors of its handlers and continues', async () => {
    await using t = await testBot((bot) =>
      bot.msgRegister(TEXT, (msg) => {
        if (msg.text === 'bad') throw new TypeError('boom')
        return 'good'
      }),
    )
    t.alice.say('bad')
    t.alice.say('fine')
    await t.alice.expects('good')
    expect(t.errors.map(String)).toEqual(['TypeError: boom'])
  })
})

describe('a program', () => {
  /** Stands in for a bot in another process. */
  async function started(url: string, handler: () => string | undefined) {
    const bot = botFor({ url })
    bot.msgRegister(TEXT, handler)
    await bot.login({ qrCallback() {} })
    void bot.run()
  }

  test('is tested in real time', async () => {
    await using t = await testProgram((url) => started(url, () => 'pong'))
    t.alice.say('ping')
    await t.alice.expects('pong')
    await t.alice.expectsNothing({ timeoutMs: 1 })
  })

  test('that does not answer in time', async () => {
    await using t = await testProgram((url) => started(url, () => undefined))
    t.alice.say('ping')
    await expect(t.alice.expects('pong', { timeoutMs: 100 })).rejects.toThrow(
      'Alice expected "pong", but the bot sent nothing.\n  Alice said "ping": the bot has fetched it.',
    )
  })

  test('that was logged out', async () => {
    await using t = await testProgram((url) => started(url, () => undefined))
    t.sandbox.phone.logoutWeb()
    t.alice.say('ping')
    await expect(t.alice.expectsNothing({ timeoutMs: 1 })).rejects.toThrow('The bot was logged out with code 1100.')
  })

  describe('in a process', () => {
    const run = (code: string) => spawn(process.execPath, ['-e', code])

    test('is ended with the test', async () => {
      const child = run('setInterval(() => {}, 1000)')
      const t = await testProgram(async (url) => {
        await started(url, () => 'pong')
        return child
      })
      t.alice.say('ping')
      await t.alice.expects('pong')
      await t.close()
      expect(child.exitCode ?? child.signalCode).not.toBeNull()
    })

    test('that ends before its login is reported with its errors, and leaves no sandbox behind', async () => {
      let address = ''
      const failing = testProgram((url) => {
        address = url
        return run('console.error("no such module"); process.exitCode = 3')
      })
      await expect(failing).rejects.toThrow(
        'The program is not logged in. The program has ended with exit code 3. The end of its standard error:\nno such module',
      )
      await expect(fetch(address)).rejects.toThrow()
    })

    test('that cannot be started is reported', async () => {
      await expect(testProgram(() => spawn('/nonexistent'))).rejects.toThrow('could not be started: spawn /nonexistent')
    })

    test('that ends later, after much output, is reported by the next expectation', async () => {
      // Writes more than a pipe holds, and ends when its input does.
      const child = run(`process.stdin.resume(); process.stdout.write('x'.repeat(1_000_000))`)
      await using t = await testProgram(async (url) => {
        await started(url, () => undefined)
        return child
      })
      child.stdin.end()
      await once(child, 'close')
      await expect(t.alice.expects('pong', { timeoutMs: 1 })).rejects.toThrow('The program has ended with exit code 0.')
    })
  })

  test('that never logs in leaves no sandbox behind', async () => {
    let url = ''
    const signal = AbortSignal.timeout(1)
    await expect(
      testProgram(
        (found) => {
          url = found
        },
        { signal },
      ),
    ).rejects.toThrow()
    await expect(fetch(url)).rejects.toThrow()
  })
})
