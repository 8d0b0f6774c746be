import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { TEXT } from 'itchat'
import {
  type BotSetup,
  ReplayError,
  readTranscript,
  type TestBot,
  type TestWorld,
  TranscriptError,
  testBot,
  testProgram,
} from 'itchat/sandbox'
import { describe, expect, test } from 'vitest'
import { botFor } from '../support/bot.js'

/** Answers at once, or after a number of minutes on the clock. */
const answering =
  (answer: (text: string) => string | undefined): BotSetup =>
  (bot, { clock }) =>
    bot.msgRegister(TEXT, async function respond({ text }) {
      const [, minutes] = /^in (\d+) minutes/.exec(text) ?? []
      if (minutes !== undefined) await clock.sleep(Number(minutes) * 60_000)
      return answer(text)
    })

const echo = answering((text) => `got ${text}`)

/** Records what people say to the echo bot, and its answers. */
async function recorded(act: (t: TestBot) => Promise<void>): Promise<readonly string[]> {
  await using t = await testBot(echo)
  const recording = t.record()
  await act(t)
  await t.settled()
  await recording.close()
  return recording.lines
}

async function sayThree({ alice }: TestWorld): Promise<void> {
  for (const text of ['one', 'two', 'three']) {
    alice.say(text)
    await alice.expects(`got ${text}`)
  }
}

async function failureOf(replaying: Promise<void>): Promise<ReplayError> {
  const error = await replaying.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (error instanceof ReplayError) return error
  throw error ?? new Error('The replay did not fail.')
}

describe('a replay', () => {
  test('passes for a bot that answers as recorded, and reads the answers', async () => {
    const lines = await recorded(sayThree)
    await using t = await testBot(echo)
    await t.replay(lines)
    await t.alice.expectsNothing()
    t.alice.say('four')
    await t.alice.expects('got four')
  })

  test('passes the recorded minutes on the clock', async () => {
    const lines = await recorded(async (t) => {
      t.alice.say('in 10 minutes: tea')
      await t.clock.advance(5 * 60_000)
      t.bob.say('hi')
      await t.clock.advance(5 * 60_000)
    })
    await using t = await testBot(echo)
    const startMs = t.clock.now()
    await t.replay(lines)
    expect(t.clock.now() - startMs).toBe(10 * 60_000)
  })

  test('shows the differences in each chat', async () => {
    const lines = await recorded(async (t) => {
      await sayThree(t)
      t.bob.say('in 1 minutes')
      await t.clock.advance(60_000)
    })
    await using t = await testBot(answering((text) => (text === 'two' ? 'zwei' : text === 'three' ? 'got three' : 'x')))
    const { message, differences } = await failureOf(t.replay(lines))
    expect(message).toBe(`The bot did not send what the transcript contains (-), or sent something else (+).
  Alice (${t.alice.id})
    - text "got one"  (line 6)
    - text "got two"  (line 9)
    + text "x"
    + text "zwei"
      text "got three"
  Bob (${t.bob.id})
    - text "got in 1 minutes"  (line 15)
    + text "x"`)
    expect(differences).toHaveLength(2)
  })

  test('explains a missing answer, without waiting in real time', async () => {
    const lines = await recorded(sayThree)
    const boom = new TypeError('boom')
    await using t = await testBot(
      answering((text) => {
        if (text === 'two') throw boom
        return text === 'one' ? 'got one' : undefined
      }),
    )
    const failure = await failureOf(t.replay(lines, { withinMs: 60_000 }))
    expect(failure.message).toContain(`
      text "got one"
    - text "got two"  (line 9)
    - text "got three"  (line 12)
  Alice said "two": handler "respond" threw TypeError: boom.
  Alice said "three": handler "respond" returned nothing.`)
    expect(failure.cause).toBe(boom)
  })

  test('explains messages without a handler', async () => {
    const lines = await recorded(sayThree)
    await using t = await testBot((bot) => bot.msgRegister(TEXT, { isGroupChat: true }, () => 'x'))
    expect((await failureOf(t.replay(lines))).message).toContain(
      'Alice said "one": no handler matched. Type Text has handlers only for isGroupChat.',
    )
  })

  test('notices an answer too many at the end', async () => {
    const lines = await recorded(sayThree)
    await using t = await testBot((bot, { clock }) =>
      bot.msgRegister(TEXT, async (msg) => {
        await msg.reply(`got ${msg.text}`)
        if (msg.text !== 'three') return
        await clock.sleep(2000)
        return 'anything else?'
      }),
    )
    expect((await failureOf(t.replay(lines))).message).toMatch(/text "got three"\n {4}\+ text "anything else\?"$/)
  })

  test('waits for a handler that waits for something outside the test', async () => {
    const lines = await recorded(sayThree)
    await using t = await testBot((bot) =>
      bot.msgRegister(TEXT, async ({ text }) => {
        for (let turn = 0; turn < 100; turn++) await nextTurn()
        return `got ${text}`
      }),
    )
    await t.replay(lines, { withinMs: 0 })
  })

  test('repeats faults', async () => {
    const lines = await recorded(async (t) => {
      t.faults.add({ kind: 'drop', path: 'webwxsync', count: 2 })
      await sayThree(t)
    })
    await using t = await testBot(echo)
    await t.replay(lines)
    expect(t.sandbox.requests.filter(({ faults }) => faults?.includes('drop'))).toHaveLength(2)
  })

  test('works over iLink', async () => {
    await using before = await testBot(echo, { transport: 'ilink' })
    const recording = before.record()
    before.owner.say('hi')
    await before.owner.expects('got hi')
    await recording.close()
    await using t = await testBot(echo, { transport: 'ilink' })
    await t.replay(recording.lines)
    await using other = await testBot(
      answering(() => 'x'),
      { transport: 'ilink' },
    )
    expect((await failureOf(other.replay(recording.lines))).message).toContain('+ text "x"')
  })

  test('checks a bot in another process in real time', async () => {
    const lines = await recorded(sayThree)
    const start = (answer: string) => async (url: string) => {
      const bot = botFor({ url })
      bot.msgRegister(TEXT, ({ text }) => `${answer} ${text}`)
      await bot.login({ qrCallback() {} })
      void bot.run()
    }
    await using t = await testProgram(start('got'))
    await t.replay(lines)
    await using other = await testProgram(start('have'))
    expect((await failureOf(other.replay(lines))).message).toContain('+ text "have one"')
  })

  test.each([
    [
      'a corrupt line',
      (lines: string[]) => lines.with(2, '{"at":'),
      'Invalid transcript, line 3: expected a JSON object, found {"at":.',
    ],
    [
      'a newer version',
      (lines: string[]) => lines.with(0, '{"transcript":2}'),
      'Invalid transcript, line 1: the transcript has version 2, but this version of itchat reads version 1. Update itchat.',
    ],
    [
      'unknown people',
      (lines: string[]) => lines.map((line) => line.replaceAll(/wxid_\w+/g, (id) => `${id}x`)),
      /^Invalid transcript, line 4: unknown person "wxid_\w+x"\. Start the sandbox with the world of the transcript, \{ world: readTranscript\(…\)\.world \}\.$/,
    ],
  ])('is refused for %s, before anything is said', async (_name, spoil, message) => {
    const lines = spoil([...(await recorded(sayThree))])
    await using t = await testBot(echo)
    const failure = await t.replay(lines).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(TranscriptError)
    expect(String(failure).replace('TranscriptError: ', '')).toEqual(
      message instanceof RegExp ? expect.stringMatching(message) : message,
    )
    expect(t.alice.chat.messages).toEqual([])
  })

  test.each([{ withinMs: -1 }, { withinMs: Number.POSITIVE_INFINITY }, { timeoutMs: Number.NaN }])(
    'rejects the option %o',
    async (options) => {
      await using t = await testBot(echo)
      await expect(t.replay(await recorded(sayThree), options)).rejects.toThrow('Invalid ')
    },
  )

  test('ends with the reason of the signal', async () => {
    const lines = await recorded(sayThree)
    await using t = await testBot(() => {})
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(t.replay(lines, { signal })).rejects.toThrow('enough')
  })
})

describe('a fixture', () => {
  test('is recorded to a file, and brings its own world', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'a.transcript')
    await using before = await testBot(echo, { people: ['小满'] })
    before.record(path)
    before.person('小满').say('在吗')
    await before.person('小满').expects('got 在吗')
    await before.close()
    const transcript = readTranscript(path)
    await using t = await testBot(echo, { world: transcript.world })
    await t.replay(path)
    await t.replay(transcript)
  })

  test('is renewed by recording a replay', async () => {
    const lines = await recorded(sayThree)
    const changed = answering((text) => `received ${text}`)
    await using t = await testBot(changed)
    const recording = t.record()
    await failureOf(t.replay(lines))
    await recording.close()
    expect(recording.lines.filter((line) => line.includes('received'))).toHaveLength(3)
    await using other = await testBot(changed)
    await other.replay(recording.lines)
  })

  test('in which the program logs in again needs a bot that does so', async () => {
    const path = join(import.meta.dirname, '../fixtures/demo.transcript')
    await using t = await testBot(() => {}, { world: readTranscript(path).world })
    const { message } = await failureOf(t.replay(path))
    expect(message).toMatch(/Line \d+: The program did not come online within \d+ ms\. The replay ended here\./)
    expect(message).toMatch(/The bot is not logged in: its state is loggedOut\.$/)
  })
})
