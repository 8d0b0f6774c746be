import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  ArgumentError,
  FileError,
  Itchat,
  type ItchatOptions,
  MemorySessionStore,
  NetworkError,
  RefusedError,
  ServerError,
  StateError,
  TEXT,
  UnsupportedError,
} from 'itchat'
import { expect, onTestFinished, test, vi } from 'vitest'
import { events, nextEvent, quiet } from '../support/bot.js'
import { failureOf, gate } from '../support/gate.js'
import { ManualClock } from '../support/manual-clock.js'
import { MemoryServer, type SentItem } from '../support/memory-server.js'
import { memory } from '../support/memory-transport.js'
import { diskOf, folder, hotReload } from '../support/restarts.js'

const QUEUE = { queue: true }

function refusal(reason: RefusedError['reason'] = 'needsMessage') {
  return new RefusedError('refused', { ret: -2, endpoint: 'send', advice: '', reason, retryAtMs: 1e15 })
}

/** A network that refuses messages while `refused` is set. */
function setUp() {
  const server = new MemoryServer()
  const state: { refused: Error | undefined } = { refused: refusal() }
  server.onSend = () => {
    if (state.refused) throw state.refused
  }
  return { server, state }
}

async function loggedIn(server: MemoryServer, login = {}, options: ItchatOptions = {}) {
  const bot = new Itchat({ transport: memory(server), logger: quiet, ...options })
  onTestFinished(() => bot.close())
  bot.on('qr', () => server.phone('confirmed'))
  const sent = events(bot, 'sent')
  await bot.autoLogin(login)
  void bot.run()
  return { bot, sent }
}

const texts = (server: MemoryServer) => server.sent.map(({ text, file }) => text ?? file?.name)
const outcomes = (sent: readonly { outcome: string }[]) => sent.map(({ outcome }) => outcome)

/** Lets the contact write, and resolves when `count` more sends have been reported. */
async function written(server: MemoryServer, bot: Itchat, count: number): Promise<void> {
  const enough = gate()
  const off = bot.on('sent', () => --count === 0 && enough.open())
  server.say('hello')
  await enough.opened
  off()
}

test('refused messages wait for the next message, and are sent in order before the reply to it', async () => {
  const { server, state } = setUp()
  const { bot, sent } = await loggedIn(server)
  bot.msgRegister(TEXT, () => 'reply')
  const first = await bot.send('one', 'you', QUEUE)
  expect(first).toEqual({ ok: true, MsgID: '', LocalID: expect.stringMatching(/./), queued: true })
  // The server would accept it, but it must not overtake the first one.
  state.refused = undefined
  const second = await bot.sendMsg('two', 'you', QUEUE)
  expect([server.sent, outcomes(sent)]).toEqual([[], ['queued', 'queued']])
  await written(server, bot, 3)
  expect(texts(server)).toEqual(['one', 'two', 'reply'])
  expect(sent.slice(2, 4)).toMatchObject([
    { localId: first.LocalID, msgId: 'sent-1', outcome: 'sent', content: { kind: 'text', text: 'one' } },
    { localId: second.LocalID, msgId: 'sent-2', outcome: 'sent', content: { kind: 'text', text: 'two' } },
  ])
  expect(await bot.send('three', 'you', QUEUE)).toMatchObject({ MsgID: 'sent-4' })
})

test.each(['needsMessage', 'windowClosed', 'quota', 'throttled'] as const)(
  'a refusal for %s queues',
  async (reason) => {
    const { server, state } = setUp()
    const { bot } = await loggedIn(server)
    state.refused = refusal(reason)
    expect(await failureOf(bot.send('x', 'you'))).toBe(state.refused)
    expect(await bot.send('x', 'you', QUEUE)).toMatchObject({ queued: true })
  },
)

test('a message that the server throttles for a short time is retried for five minutes before it is queued', async () => {
  const { server } = setUp()
  const clock = new ManualClock()
  const { bot } = await loggedIn(server, {}, { clock })
  const attempts: number[] = []
  server.onSend = () => {
    attempts.push(clock.now())
    throw new RefusedError('slow down', { ret: 1205, endpoint: 'send', advice: '', reason: 'throttled' })
  }
  const sending = bot.send('x', 'you', QUEUE)
  for (let minute = 0; minute < 10; minute++) await clock.advance(60_000)
  expect(await sending).toMatchObject({ queued: true })
  expect((attempts.at(-1) ?? 0) - (attempts[0] ?? 0)).toBeGreaterThanOrEqual(300_000)
})

test.each([
  ['another error of the server', new ServerError('bad', { ret: 1, endpoint: 'send', advice: '' }), 'refused'],
  ['a lost reply', new NetworkError('lost', { endpoint: 'send', outcome: 'unknown' }), 'unknown'],
])('%s does not queue, and ends a message that was queued', async (_, error, outcome) => {
  const { server, state } = setUp()
  const { bot, sent } = await loggedIn(server)
  state.refused = error
  expect(await failureOf(bot.send('zero', 'you', QUEUE))).toBe(error)
  state.refused = refusal()
  await bot.send('one', 'you', QUEUE)
  await bot.send('two', 'you', QUEUE)
  server.onSend = ({ text }) => {
    if (text !== 'two') throw error
  }
  await written(server, bot, 2)
  expect(sent.slice(3)).toMatchObject([{ outcome, error }, { outcome: 'sent' }])
})

test('a message that is refused again, or cannot be sent, keeps its place', async () => {
  const { server } = setUp()
  const { bot, sent } = await loggedIn(server)
  await bot.send('one', 'you', QUEUE)
  await bot.send('two', 'you', QUEUE)
  const attempts: (string | undefined)[] = []
  const refused = [refusal('quota'), new NetworkError('down', { endpoint: 'send', outcome: 'notSent' })]
  server.onSend = ({ text }: SentItem) => {
    attempts.push(text)
    const error = refused.shift()
    if (error) throw error
  }
  for (const count of [1, 2]) {
    server.say('hello')
    await expect.poll(() => attempts).toHaveLength(count)
  }
  expect([attempts, outcomes(sent)]).toEqual([
    ['one', 'one'],
    ['queued', 'queued'],
  ])
  // The end of the second attempt and the third message may come in either order.
  await written(server, bot, 2)
  expect(texts(server)).toEqual(['one', 'two'])
})

test('a message received while a send is being refused counts as the next one', async () => {
  const { server } = setUp()
  const { bot } = await loggedIn(server)
  const [began, received] = [gate(), gate()]
  bot.msgRegister(TEXT, () => received.open())
  server.onSend = async () => {
    server.onSend = () => {}
    began.open()
    await received.opened
    throw refusal()
  }
  const sending = bot.send('one', 'you', QUEUE)
  await began.opened
  server.say('hello')
  expect(await sending).toMatchObject({ queued: true })
  await expect.poll(() => texts(server)).toEqual(['one'])
})

test('only the parts of a text that were not sent are queued', async () => {
  const { server, state } = setUp()
  const { bot, sent } = await loggedIn(server, {}, { maxTextLength: 3 })
  server.onSend = ({ text }) => {
    if (text === '345' && state.refused) throw state.refused
  }
  expect(await bot.send('0123456789'.slice(0, 9), 'you', QUEUE)).toMatchObject({ queued: true })
  expect(texts(server)).toEqual(['012'])
  state.refused = undefined
  await written(server, bot, 1)
  expect(texts(server)).toEqual(['012', '345', '678'])
  expect(sent[1]).toMatchObject({ outcome: 'sent', msgId: 'sent-3', content: { text: '012345678' } })
})

test('with hot reload, queued messages survive a kill, files by their absolute path', async () => {
  const { server, state } = setUp()
  const directory = folder()
  const killed = await loggedIn(server, hotReload(directory))
  const file = join(directory, 'a.txt')
  writeFileSync(file, 'content')
  const first = await killed.bot.send('one', 'you', QUEUE)
  await killed.bot.sendFile(new URL(`file://${file}`), 'you', { ...QUEUE, name: 'b.txt' })
  const disk = diskOf(directory)
  await killed.bot.close()
  state.refused = undefined
  const { bot, sent } = await loggedIn(server, hotReload(disk))
  await written(server, bot, 2)
  expect(server.sent).toMatchObject([
    { text: 'one' },
    { file: { name: 'b.txt', bytes: Uint8Array.from(Buffer.from('content')) } },
  ])
  expect(sent).toMatchObject([
    { outcome: 'sent', localId: first.LocalID },
    { outcome: 'sent', content: { kind: 'file', name: 'b.txt', sizeBytes: 7 } },
  ])
  await bot.close()
  const later = await loggedIn(server, hotReload(disk))
  const handled = gate()
  later.bot.msgRegister(TEXT, () => handled.open())
  server.say('again')
  await handled.opened
  expect([server.sent.length, later.sent]).toEqual([2, []])
})

test('a message that a killed process was sending is reported as unknown and not sent again', async () => {
  const { server, state } = setUp()
  const directory = folder()
  const { bot } = await loggedIn(server, hotReload(directory))
  const { LocalID } = await bot.send('one', 'you', QUEUE)
  await bot.send('two', 'you', QUEUE)
  state.refused = undefined
  const [began, end] = [gate(), gate()]
  server.onSend = () => {
    began.open()
    return end.opened
  }
  server.say('hello')
  await began.opened
  const disk = diskOf(directory)
  server.onSend = () => {}
  const next = await loggedIn(server, hotReload(disk))
  await written(server, next.bot, 1)
  expect(next.sent).toMatchObject([
    { localId: LocalID, outcome: 'unknown', error: { outcome: 'unknown' }, content: { text: 'one' } },
    { outcome: 'sent', content: { text: 'two' } },
  ])
  end.open()
})

test('the queue is stored only once there is one, encrypted like the login, and emptied when it has been sent', async () => {
  vi.stubEnv('ITCHAT_STATE_KEY', Buffer.alloc(32, 7).toString('base64'))
  const { server, state } = setUp()
  const directory = folder()
  const { bot } = await loggedIn(server, hotReload(directory))
  const path = join(directory, 'state.json.queue')
  expect(existsSync(path)).toBe(false)
  await bot.send('secret text', 'you', QUEUE)
  expect(readFileSync(path, 'utf8')).toContain('"document":"queue"')
  expect(readFileSync(path, 'utf8')).not.toContain('secret')
  const size = readFileSync(path).length
  state.refused = undefined
  await written(server, bot, 1)
  await expect.poll(() => readFileSync(path).length).toBeLessThan(size)
})

test('a message that cannot be stored is not queued', async () => {
  const { server } = setUp()
  const store = new (class extends MemorySessionStore {
    isBroken = true
    override async save(...args: Parameters<MemorySessionStore['save']>) {
      if (this.isBroken && args[0] === 'queue') throw new Error('full')
      await super.save(...args)
    }
  })()
  const { bot, sent } = await loggedIn(server, { hotReload: true, sessionStore: store })
  const errors = events(bot, 'error')
  await expect(bot.send('one', 'you', QUEUE)).rejects.toBeInstanceOf(FileError)
  store.isBroken = false
  await bot.send('two', 'you', QUEUE)
  // A request that could not be marked first could be made twice.
  store.isBroken = true
  server.onSend = () => {}
  const error = nextEvent(bot, 'error')
  server.say('hello')
  expect(await error).toMatchObject({ error: { name: 'FileError' } })
  await expect.poll(() => errors).toHaveLength(2)
  expect([server.sent, outcomes(sent)]).toEqual([[], ['failed', 'queued']])
  store.isBroken = false
  await written(server, bot, 1)
  expect(texts(server)).toEqual(['two'])
})

test('a file that is missing later is reported as failed, and does not hold up the others', async () => {
  const { server, state } = setUp()
  const { bot, sent } = await loggedIn(server)
  const file = join(folder(), 'a.txt')
  writeFileSync(file, 'content')
  await bot.sendFile(file, 'you', QUEUE)
  await bot.send('text', 'you', QUEUE)
  await expect(bot.sendFile(`${file}.missing`, 'you', QUEUE)).rejects.toBeInstanceOf(FileError)
  server.onSend = () => {}
  state.refused = undefined
  writeFileSync(file, '')
  await written(server, bot, 2)
  expect(sent.slice(3)).toMatchObject([{ outcome: 'failed', error: { name: 'FileError' } }, { outcome: 'sent' }])
})

test('only text and files given by path can be queued', async () => {
  const { server } = setUp()
  const { bot } = await loggedIn(server)
  for (const source of [Buffer.from('x'), new Blob(['x']), bot.file(Buffer.from('x'))]) {
    const sending = 'as' in source ? bot.send(source, 'you', QUEUE) : bot.sendFile(source, 'you', QUEUE)
    await expect(sending).rejects.toThrow(ArgumentError)
  }
  await expect(bot.send(`@fil@${import.meta.filename}`, 'you', QUEUE)).rejects.toThrow(/^Invalid queue/)
  await expect(bot.sendFile({ mediaId: '1' }, 'you', QUEUE)).rejects.toThrow(UnsupportedError)
  expect(server.sent).toEqual([])
})

test('at most 1,000 messages wait', async () => {
  const { server } = setUp()
  const { bot } = await loggedIn(server)
  for (let n = 0; n < 1_000; n++) await bot.send(`${n}`, 'you', QUEUE)
  await expect(bot.send('one too many', 'you', QUEUE)).rejects.toThrow(StateError)
})
