import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Itchat, PICTURE, TEXT } from 'itchat'
import {
  formatDifferences,
  type ReplayOptions,
  readTranscript,
  type Sandbox,
  type SandboxOptions,
  TranscriptError,
  testBot,
} from 'itchat/sandbox'
import { describe, expect, test } from 'vitest'
import { botFor, sandboxFor } from '../support/bot.js'
import { AutoAdvanceClock } from '../support/hasty-clock.js'
import { ManualClock } from '../support/manual-clock.js'

const XIAOMAN = 'wxid_linxiaoman00'
/** Short waits end at once, and limits never. */
const hasty = () => ({ waitClock: new AutoAdvanceClock() })

async function login(sandbox: Sandbox, addHandlers: (bot: Itchat) => void): Promise<Itchat> {
  const bot = botFor(sandbox)
  addHandlers(bot)
  await bot.login()
  void bot.run()
  await sandbox.held('synccheck')
  return bot
}

/** Records what `act` does with a bot. */
async function record(addHandlers: (bot: Itchat) => void, act: (sandbox: Sandbox) => Promise<void>): Promise<string[]> {
  const sandbox = await sandboxFor()
  const recording = sandbox.record()
  await login(sandbox, addHandlers)
  await act(sandbox)
  await recording.close()
  return [...recording.lines]
}

/** Replays a transcript against a bot and returns the formatted differences. */
async function replay(
  lines: readonly string[],
  addHandlers: (bot: Itchat) => void,
  { options = hasty(), ...replayOptions }: ReplayOptions & { options?: SandboxOptions } = {},
): Promise<string> {
  const sandbox = await sandboxFor(options)
  const bot = botFor(sandbox)
  addHandlers(bot)
  const result = sandbox.replay(lines, replayOptions)
  await bot.login()
  void bot.run()
  return formatDifferences((await result).differences)
}

const aborted = (signal: AbortSignal) => new Promise((resolve) => signal.addEventListener('abort', resolve))

const echo = (bot: Itchat) => void bot.msgRegister(TEXT, (msg) => `got ${msg.text}`)

async function sayThree(sandbox: Sandbox): Promise<void> {
  const friend = sandbox.friend('小满')
  for (const text of ['one', 'two', 'three']) {
    friend.say(text)
    await friend.nextMessage()
  }
}

describe('the comparison', () => {
  test('is empty for a bot that answers as recorded', async () => {
    expect(await replay(await record(echo, sayThree), echo)).toBe('')
  })

  test('shows a wrong answer among equal ones, with its line', async () => {
    const wrong = (bot: Itchat) =>
      void bot.msgRegister(TEXT, (msg) => (msg.text === 'two' ? 'zwei' : `got ${msg.text}`))
    expect(await replay(await record(echo, sayThree), wrong)).toBe(
      [
        `小满 (${XIAOMAN})`,
        '    text "got one"',
        '  - text "got two"  (line 11)',
        '  + text "zwei"',
        '    text "got three"',
      ].join('\n'),
    )
  })

  test('shows an answer too many', async () => {
    const twice = (bot: Itchat) =>
      void bot.msgRegister(TEXT, async (msg) => {
        if (msg.text === 'one') await msg.reply('got one')
        return `got ${msg.text}`
      })
    expect(await replay(await record(echo, sayThree), twice)).toContain('  + text "got one"')
  })

  test('shows a missing answer after the limit, and replays the rest', async () => {
    const lines = await record(echo, sayThree)
    const clock = new ManualClock()
    const sandbox = await sandboxFor({ waitClock: clock })
    const bot = botFor(sandbox)
    // Lets the limit pass once nothing but the missing answer is waited for.
    const limit = new AbortController()
    sandbox.on('message', ({ text }) => text === 'three' && limit.abort())
    bot.msgRegister(TEXT, (msg) => {
      if (msg.text !== 'two') return `got ${msg.text}`
      void clock.hurry(60_000, limit.signal)
    })
    const result = sandbox.replay(lines, { settled: async () => {} })
    await bot.login()
    void bot.run()
    expect(formatDifferences((await result).differences)).toBe(
      [`小满 (${XIAOMAN})`, '    text "got one"', '  - text "got two"  (line 11)', '    text "got three"'].join('\n'),
    )
  })

  test('shows an answer too many at the end, once the program has settled', async () => {
    let settle = () => {}
    const settled = new Promise<void>((resolve) => {
      settle = resolve
    })
    const eager = (bot: Itchat) =>
      void bot.msgRegister(TEXT, async (msg) => {
        await msg.reply(`got ${msg.text}`)
        if (msg.text !== 'three') return
        await msg.reply('anything else?')
        settle()
      })
    const report = await replay(await record(echo, sayThree), eager, { settled: () => settled })
    expect(report).toMatch(/\n {2}\+ text "anything else\?"$/)
  })

  test('does not compare what follows the end of a recording that reached its limit', async () => {
    const lines = await record(echo, sayThree)
    const cut = [...lines.filter((text) => !text.includes('got three')), '{"at":9,"type":"end","reason":"limit"}']
    expect(await replay(cut, echo)).toBe('')
    expect(await replay(cut, (bot) => bot.msgRegister(TEXT, () => 'x'))).toContain('- text "got one"')
  })

  test('waits at the end as long as the slowest answer took in the recording', async () => {
    const lines = await record(echo, sayThree)
    const answer = lines.findIndex((line) => line.includes('got three'))
    const slow = lines.with(
      answer,
      (lines[answer] ?? '').replace(/"at":(\d+)/, (_, at) => `"at":${Number(at) + 2000}`),
    )
    const pauses: number[] = []
    const waitClock = {
      now: () => Date.now(),
      // Limits, which are longer, never end.
      async sleep(ms: number, signal?: AbortSignal) {
        if (ms >= 3000) await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
        pauses.push(ms)
      },
    }
    const sandbox = await sandboxFor({ waitClock })
    await login(sandbox, echo)
    expect((await sandbox.replay(slow)).differences).toEqual([])
    expect(pauses.every((ms) => ms >= 2000)).toBe(true)
    expect(pauses.length).toBeGreaterThan(0)
  })

  test('waits at the end until a file that is being uploaded has been sent', async () => {
    const lines = await record(echo, sayThree)
    const [clock, waitClock] = [new ManualClock(), new ManualClock()]
    const sandbox = await sandboxFor({ clock, waitClock })
    const uploading = new AbortController()
    sandbox.on('request', ({ endpoint }) => endpoint === 'webwxuploadmedia' && uploading.abort())
    await login(sandbox, (bot) => {
      bot.msgRegister(TEXT, async (msg) => {
        await msg.reply(`got ${msg.text}`)
        if (msg.text === 'three') await msg.user.sendFile(Buffer.from('x'), { name: 'late.txt' })
      })
    })
    sandbox.faults.add({ kind: 'delay', ms: 60_000, path: 'webwxuploadmedia' })
    const result = sandbox.replay(lines)
    await aborted(uploading.signal)
    await waitClock.advance(1000)
    const done = new AbortController()
    sandbox.on('message', ({ kind }) => kind === 'file' && void waitClock.hurry(60_000, done.signal))
    await clock.advance(60_000)
    expect(formatDifferences((await result).differences)).toContain('  + file "late.txt"')
    done.abort()
  })

  test('accepts a bot that is online already', async () => {
    const lines = await record(echo, sayThree)
    const sandbox = await sandboxFor(hasty())
    await login(sandbox, echo)
    expect((await sandbox.replay(lines)).differences).toEqual([])
  })

  test('accepts the bot of a test kit, on its virtual clock', async () => {
    await using recorded = await testBot(echo)
    const recording = recorded.sandbox.record()
    recorded.alice.say('hello')
    await recorded.alice.expects('got hello')
    await recording.close()
    await using t = await testBot(echo)
    const { differences, sentCount } = await t.sandbox.replay(recording.lines, { settled: async () => {} })
    expect(formatDifferences(differences)).toBe('')
    expect(sentCount).toBe(1)
  })

  test('shows answers in another chat', async () => {
    const elsewhere = (bot: Itchat) =>
      void bot.msgRegister(TEXT, async (msg) => {
        if (msg.text === 'two') await bot.send('got two', 'filehelper')
        return msg.text === 'two' ? 'got two' : `got ${msg.text}`
      })
    expect(await replay(await record(echo, sayThree), elsewhere)).toBe('文件传输助手 (filehelper)\n  + text "got two"')
  })

  test('shows the name and the content of files', async () => {
    const sends = (name: string, content: string) => (bot: Itchat) =>
      void bot.msgRegister(TEXT, async (msg) => {
        await msg.user.sendFile(Buffer.from(content), { name })
      })
    const act = async (sandbox: Sandbox) => {
      sandbox.friend('小满').say('a file, please')
      await sandbox.friend('小满').nextMessage()
    }
    const lines = await record(sends('report.txt', 'v1'), act)
    const md5 = (content: string) => createHash('md5').update(content).digest('hex')
    expect(await replay(lines, sends('report.txt', 'v1'))).toBe('')
    expect(await replay(lines, sends('report.txt', 'v2'))).toContain(`+ file "report.txt" md5 ${md5('v2')}`)
    expect(await replay(lines, sends('other.txt', 'v1'))).toContain(`+ file "other.txt" md5 ${md5('v1')}`)
  })

  test('escapes control and bidi characters', async () => {
    const lines = await record(echo, sayThree)
    const hostile = (bot: Itchat) => void bot.msgRegister(TEXT, () => 'a\u001b[31m\u202eb\n"c"\u2005')
    const report = await replay(lines, hostile)
    expect(report).toContain('+ text "a\\u{1b}[31m\\u{202e}b\\n\\"c\\"\\u{2005}"')
    expect(report).not.toMatch(/[\u001b\u202e\u2005]/)
  })
})

describe('recorded actions', () => {
  test('media are recorded even if the samples of the sandbox are too large for its limit', async () => {
    const sandbox = await sandboxFor({ mediaLimitBytes: 1000 })
    const recording = sandbox.record()
    sandbox.friend('小满').send({ kind: 'image', bytes: Buffer.from('a picture') })
    await recording.close()
    expect(recording.lines.at(-1)).toContain(Buffer.from('a picture').toString('base64'))
  })

  test('media of people keep their bytes, and large ones are replaced by a sample', async () => {
    const returns = (bot: Itchat) =>
      void bot.msgRegister(PICTURE, async (msg) => {
        await msg.user.sendFile(Buffer.from(await msg.download()), { name: 'copy.bin' })
      })
    const small = Buffer.from('GIF89a small')
    const large = Buffer.concat([Buffer.from('GIF89a'), Buffer.alloc(300 * 1024, 7)])
    const lines = await record(returns, async (sandbox) => {
      for (const bytes of [small, large]) {
        sandbox.friend('小满').send({ kind: 'image', name: 'a.gif', bytes })
        await sandbox.friend('小满').nextMessage()
      }
    })
    expect(lines.join('\n').length).toBeLessThan(64 * 1024)
    expect(lines.filter((line) => line.includes(small.toString('base64')))).toHaveLength(1)
    expect(await replay(lines, returns)).toBe('')
  })

  test('a recall and a quote refer to the replayed messages', async () => {
    const quoting = (bot: Itchat) => {
      bot.msgRegister('Sharing', (msg) => `${msg.text}`)
      bot.msgRegister('Note', (msg) => msg.note.kind)
    }
    const lines = await record(quoting, async (sandbox) => {
      const friend = sandbox.friend('小满')
      const said = friend.say('original')
      friend.send({ kind: 'quote', text: 'quoting', quotedId: said.id })
      await friend.nextMessage()
      said.recall()
      await friend.nextMessage()
    })
    expect(await replay(lines, quoting)).toBe('')
    expect(lines.filter((line) => /"type":"recall"|"quoted":1/.test(line))).toHaveLength(2)
  })

  test('a recall by the bot is compared like a message', async () => {
    const recalls = (isRecalled: boolean) => (bot: Itchat) =>
      void bot.msgRegister(TEXT, async (msg) => {
        const { MsgID } = await msg.reply('oops')
        if (isRecalled) await bot.revoke(MsgID, msg.fromUserName)
        else await msg.reply('never mind')
        return 'sorry'
      })
    const lines = await record(recalls(true), async (sandbox) => {
      sandbox.friend('小满').say('hello')
      await sandbox.friend('小满').nextMessage()
      await sandbox.friend('小满').nextMessage()
    })
    expect(await replay(lines, recalls(true))).toBe('')
    expect(await replay(lines, recalls(false))).toContain('  - recall "oops"  (line 9)\n  + text "never mind"')
  })

  test('secrets and ids of the session are left out', async () => {
    const sandbox = await sandboxFor()
    const recording = sandbox.record()
    await login(sandbox, echo)
    sandbox.friend('许知远').requestFriend('hello')
    await sayThree(sandbox)
    await recording.close()
    expect(recording.lines.join('\n')).toContain('"greeting":"hello"')
    expect(recording.lines.join('\n')).not.toMatch(/@crypt_|@[0-9a-f]{32}|skey|ticket|stranger@|uuid|\d{19}/i)
  })

  test('a transcript that starts while the bot is online begins with that', async () => {
    const sandbox = await sandboxFor()
    await login(sandbox, echo)
    sandbox.faults.add({ kind: 'delay', ms: 5, path: 'webwxsync', count: 2 })
    const recording = sandbox.record()
    await recording.close()
    const types = recording.lines.slice(2).map((line): unknown => JSON.parse(line).type)
    expect(types).toEqual(['fault', 'online'])
  })

  test('a fault with a pattern is refused while recording', async () => {
    const sandbox = await sandboxFor()
    await using recording = sandbox.record()
    expect(() => sandbox.faults.add({ kind: 'drop', path: /sync/ })).toThrow(/RegExp cannot be recorded/)
    expect(sandbox.faults.list).toHaveLength(0)
    expect(recording.lines.filter((line) => line.includes('drop'))).toEqual([])
  })

  test('pauses are kept at real speed and skipped at full speed', async () => {
    const clock = new ManualClock()
    const recorded = await sandboxFor({ clock })
    const recording = recorded.record()
    recorded.friend('小满').say('first')
    await clock.advance(30_000)
    recorded.friend('小满').say('second')
    await recording.close()
    const texts = async (speed: 'real' | 'full') => {
      const replayed = await sandboxFor({ ...hasty() })
      const pauses = new ManualClock()
      const result = replayed.replay(recording.lines, { speed, clock: pauses })
      if (speed === 'real') {
        await pauses.waitFor(1)
        expect(replayed.friend('小满').messages.at(-1)?.text).toBe('first')
        await pauses.advance(30_000)
      }
      await result
      return replayed
        .friend('小满')
        .messages.slice(-2)
        .map(({ text }) => text)
    }
    expect(await texts('full')).toEqual(['first', 'second'])
    expect(await texts('real')).toEqual(['first', 'second'])
  })

  test('a bot that does not come online ends the replay with the reason', async () => {
    const lines = await record(echo, sayThree)
    const sandbox = await sandboxFor({ autoLogin: true })
    const { differences } = await sandbox.replay(lines, { loginTimeoutMs: 0 })
    const report = formatDifferences(differences)
    expect(report).toMatch(/^Line 5: The program did not come online within 0 ms\./)
    expect(report).toContain('- text "got three"')
  })

  test('an abort signal cancels a replay', async () => {
    const lines = await record(echo, sayThree)
    const sandbox = await sandboxFor()
    const controller = new AbortController()
    const result = sandbox.replay(lines, { loginTimeoutMs: Number.POSITIVE_INFINITY, signal: controller.signal })
    controller.abort(new Error('enough'))
    await expect(result).rejects.toThrow('enough')
  })
})

describe('the recording from the page', () => {
  const call = (sandbox: Sandbox, method: string) => {
    const init = method === 'POST' ? { body: '{}', headers: { 'content-type': 'application/json' } } : {}
    return sandbox.handle(new Request(`${sandbox.url}/api/recording`, { method, ...init }))
  }

  test('is downloaded as a transcript, and replaced by the next one', async () => {
    const sandbox = await sandboxFor()
    expect((await call(sandbox, 'GET')).status).toBe(409)
    expect(await (await call(sandbox, 'POST')).json()).toMatchObject({ state: 'running', files: [] })
    sandbox.friend('小满').say('first')
    expect((await call(sandbox, 'POST')).status).toBe(409)
    const text = await (await call(sandbox, 'DELETE')).json()
    sandbox.friend('小满').say('second')
    const download = await call(sandbox, 'GET')
    expect(download.headers.get('content-disposition')).toContain('attachment')
    const transcript = await download.text()
    expect(text).toMatchObject({ state: 'stopped', lineCount: 3, sizeBytes: Buffer.byteLength(transcript) })
    const { entries } = readTranscript(transcript.split('\n').slice(0, -1))
    expect(entries.map(({ line }) => line)).toMatchObject([{ type: 'say', content: { text: 'first' } }])
    await call(sandbox, 'POST')
    await call(sandbox, 'DELETE')
    expect(await (await call(sandbox, 'GET')).text()).not.toContain('first')
  })

  test('stops at 64 MiB, which its last line states', async () => {
    const sandbox = await sandboxFor()
    const stopped = new Promise((resolve) => {
      sandbox.on('recording', (view) => {
        if (view.state === 'stopped') resolve(view)
      })
    })
    await call(sandbox, 'POST')
    const text = 'x'.repeat(4 * 1024 * 1024)
    for (let count = 0; count < 20; count++) sandbox.friend('小满').say(text)
    expect(await stopped).toMatchObject({ isFull: true, lineCount: 2 + 15 + 1 })
    const transcript = await (await call(sandbox, 'GET')).text()
    expect(transcript.length).toBeLessThan(64 * 1024 * 1024)
    const { entries } = readTranscript(transcript.trimEnd().split('\n'))
    expect(entries.at(-1)?.line).toMatchObject({ type: 'end', reason: 'limit' })
    // Another one can be recorded.
    expect((await call(sandbox, 'POST')).status).toBe(200)
  })

  test('is announced to every page, together with the files that are written', async () => {
    const sandbox = await sandboxFor()
    const path = join(mkdtempSync(join(tmpdir(), 'recording-')), 'order.transcript')
    const recording = sandbox.record(path)
    await call(sandbox, 'POST')
    await recording.close()
    const views = sandbox.events.filter(({ type }) => type === 'recording').map(({ data }) => data)
    expect(views).toMatchObject([
      { state: 'none', files: ['order.transcript'] },
      { state: 'running', files: ['order.transcript'] },
      { state: 'running', files: [] },
    ])
  })
})

describe('files', () => {
  test('a recording is written to a new file, which is complete once the sandbox is closed', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'a.transcript')
    const sandbox = await sandboxFor()
    const recording = sandbox.record(path)
    const bot = await login(sandbox, echo)
    await sayThree(sandbox)
    await bot.close()
    await sandbox.close()
    expect(recording.lines).toEqual([])
    const lines = readFileSync(path, 'utf8').split('\n')
    expect(lines[0]).toBe('{"transcript":1}')
    expect(lines.at(-1)).toBe('')
    expect(readTranscript(path).entries.filter(({ line }) => line.type === 'sent')).toHaveLength(3)
    const other = await sandboxFor()
    expect(() => other.record(path)).toThrow(/the file exists/)
  })

  const HEADER = '{"transcript":1}'
  const WORLD = JSON.stringify({
    world: {
      language: 'en',
      owner: { name: 'Me', id: 'me' },
      friends: [{ name: 'Ada', id: 'ada' }],
      officials: [],
      strangers: [],
      groups: [],
    },
  })
  const SAY = { at: 0, type: 'say', n: 1, chat: 'ada', speaker: 'ada', content: { kind: 'text', text: 'hi' } }
  const line = (fields: object) => JSON.stringify({ ...SAY, ...fields })
  const medium = (fields: object) =>
    line({ content: { kind: 'image', media: { name: '', sizeBytes: 1, md5: '0'.repeat(32), ...fields } } })

  test('the smallest transcript is accepted', () => {
    expect(readTranscript([HEADER, WORLD]).entries).toEqual([])
    expect(readTranscript([HEADER, WORLD, line({})]).entries).toEqual([{ number: 3, line: SAY }])
  })

  test.each([
    ['nothing', [], 1, /expected { "transcript": 1 }, found an empty file/],
    ['another file', ['<html>\u001b[31m'], 1, /found <html>\\u\{1b\}\[31m\.$/],
    [
      'a newer version',
      ['{"transcript":2}', WORLD],
      1,
      /version 2, but this version of itchat reads version 1\. Update/,
    ],
    ['an unknown version', ['{"transcript":"1"}', WORLD], 1, /expected { "transcript": 1 }\.$/],
    ['no world', [HEADER], 2, /expected the world/],
    ['an incomplete world', [HEADER, '{"world":{"language":"en"}}'], 2, /owner/],
    ['a line cut off', [HEADER, WORLD, line({}).slice(0, 40)], 3, /expected a JSON object, found/],
    ['an empty line', [HEADER, WORLD, '', line({})], 3, /an empty line/],
    ['an unknown type', [HEADER, WORLD, line({ type: 'run' })], 3, /^Invalid transcript, line 3: type: .*"run"/],
    ['an unknown field', [HEADER, WORLD, line({ exec: 'x' })], 3, /exec/],
    [
      'a field of another type',
      [HEADER, WORLD, line({}), line({ n: 2, content: { kind: 'text', text: 5 } })],
      4,
      /content\.text/,
    ],
    ['a negative time', [HEADER, WORLD, line({ at: -1 })], 3, /at:/],
    ['a number used twice', [HEADER, WORLD, line({}), line({})], 4, /message 1 is already/],
    [
      'a recall of a later message',
      [HEADER, WORLD, '{"at":0,"type":"recall","ref":1}', line({})],
      3,
      /message 1 is not in an earlier line/,
    ],
    ['a stranger', [HEADER, WORLD, line({ speaker: 'eve' })], 3, /unknown person "eve"/],
    ['invalid base64', [HEADER, WORLD, medium({ data: '%%' })], 3, /data/],
    ['bytes of another size', [HEADER, WORLD, medium({ data: 'AAAA' })], 3, /expected 1 bytes, found 3/],
    ['other bytes', [HEADER, WORLD, medium({ data: 'AA==' })], 3, /do not match md5/],
    [
      'an invalid fault',
      [HEADER, WORLD, '{"at":0,"type":"fault","id":"1","fault":{"kind":"explode"}}'],
      3,
      /Invalid fault kind "explode"/,
    ],
    [
      'a pattern as a path',
      [HEADER, WORLD, '{"at":0,"type":"fault","id":"1","fault":{"kind":"drop","path":{"source":"(a+)+"}}}'],
      3,
      /Invalid fault path/,
    ],
  ])('%s is refused with the line and the reason', (_name, lines, number, reason) => {
    const error = (() => {
      try {
        return readTranscript(lines)
      } catch (thrown) {
        return thrown
      }
    })()
    expect(error).toBeInstanceOf(TranscriptError)
    expect(error).toMatchObject({ line: number, message: expect.stringMatching(reason) })
  })

  test('a missing file is refused without a line', () => {
    expect(() => readTranscript(join(tmpdir(), 'no such transcript'))).toThrow(/cannot be read/)
  })

  test('a transcript of another world is refused before anything is replayed', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'a.transcript')
    writeFileSync(path, `${HEADER}\r\n${WORLD}\r\n${line({})}\r\n`)
    const sandbox = await sandboxFor(hasty())
    await expect(sandbox.replay(path)).rejects.toThrow(/line 3: unknown person "ada"/)
    const other = await sandboxFor({ ...hasty(), world: readTranscript(path).world })
    expect((await other.replay(path)).differences).toEqual([])
    expect(other.friend('Ada').messages).toHaveLength(1)
  })

  test('the recorded world is built again with the same people and groups', async () => {
    const first = await sandboxFor()
    const recording = first.record()
    await recording.close()
    const second = await sandboxFor({ world: readTranscript(recording.lines).world })
    const again = second.record()
    await again.close()
    expect(again.lines).toEqual(recording.lines)
  })
})
