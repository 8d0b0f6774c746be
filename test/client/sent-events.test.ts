import { randomBytes } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ArgumentError,
  type Itchat,
  type ItchatOptions,
  RECORDING,
  RefusedError,
  ServerError,
  StateError,
  TEXT,
} from 'itchat'
import type { FaultSpec } from 'itchat/sandbox'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { botFor, events, nextEvent, sandboxFor } from '../support/bot.js'
import { failureOf, gate } from '../support/gate.js'
import { AutoAdvanceClock } from '../support/hasty-clock.js'
import { tampered } from '../support/tampered.js'
import { type Interceptor, wireTo } from '../support/wire.js'

const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')

async function loggedIn(options: ItchatOptions = {}, intercept?: Interceptor) {
  const sandbox = await sandboxFor({ floodLimit: false })
  const bot = botFor(intercept ? await wireTo(sandbox, intercept) : sandbox, options)
  await bot.login()
  const [friend] = bot.searchFriends({ name: '小满' })
  if (!friend) throw new Error('missing from the default world')
  return { sandbox, bot, friend, sent: events(bot, 'sent') }
}

test('each send emits one event with the recipient, content and IDs', async () => {
  const { bot, friend, sent } = await loggedIn({ maxTextLength: 5 })
  const file = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'a.txt')
  writeFileSync(file, 'content')
  const results = [
    await bot.send('1234567', friend),
    await bot.send(`@fil@${file}`, friend),
    await bot.sendImage(GIF, friend, { name: 'x.gif' }),
    await bot.sendRawMsg(1, 'raw', 'filehelper'),
    await bot.sendCard(friend, 'filehelper'),
    await bot.send(bot.file(randomBytes(5), { name: 'b.bin' }), bot.searchFriends()),
    await friend.sendMsg('hi'),
  ]
  const common = (index: number) => {
    const { MsgID, LocalID } = results[index] ?? {}
    return { outcome: 'sent', msgId: MsgID, localId: LocalID }
  }
  const self = bot.searchFriends()
  const filehelper = expect.objectContaining({ UserName: 'filehelper' })
  const contents = [
    [friend, { kind: 'text', text: '1234567' }],
    [friend, { kind: 'file', name: 'a.txt', sizeBytes: 7 }],
    [friend, { kind: 'sticker', name: 'x.gif', sizeBytes: GIF.length }],
    [filehelper, { kind: 'raw', type: 1, content: 'raw' }],
    [filehelper, { kind: 'card', userName: friend.UserName, nickName: friend.NickName }],
    [self, { kind: 'file', name: 'b.bin', sizeBytes: 5 }],
    [friend, { kind: 'text', text: 'hi' }],
  ]
  expect(sent).toEqual(contents.map(([user, content], index) => ({ ...common(index), user, content })))
})

test('an upload alone emits no event', async () => {
  const { bot, friend, sent } = await loggedIn()
  const { MediaId } = await bot.uploadFile(GIF, { isPicture: true })
  expect(sent).toEqual([])
  await bot.sendImage({ mediaId: MediaId, name: 'x.gif' }, friend)
  expect(sent).toMatchObject([{ outcome: 'sent', content: { kind: 'sticker', name: 'x.gif' } }])
})

test('returned values, replies and forwards from handlers emit an event, and its listeners follow the directive rules for handlers', async () => {
  const { sandbox, bot, friend, sent } = await loggedIn()
  const path = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'private.txt')
  writeFileSync(path, 'private')
  const all = gate()
  const attempts: Promise<unknown>[] = []
  bot.on('sent', ({ content }) => {
    if (content.kind === 'text' && content.text === 'returned') {
      attempts.push(failureOf(bot.send(`@fil@${path}`, friend)))
      all.open()
    }
  })
  bot.msgRegister(TEXT, async (msg) => {
    await msg.reply('replied')
    await msg.forward('filehelper')
    return 'returned'
  })
  bot.msgRegister(RECORDING, async (msg) => void (await msg.forward('filehelper')))
  void bot.run()
  sandbox.friend('小满').say('x')
  sandbox.friend('小满').send({ kind: 'voice' })
  await all.opened
  expect(await Promise.all(attempts)).toMatchObject([{ name: 'DirectiveError' }])
  await untilLength(bot, sent, 5)
  const texts = sent.map(({ content, outcome }) => [outcome, content.kind === 'text' ? content.text : content.kind])
  expect(texts.slice(0, 3)).toEqual([
    ['sent', 'replied'],
    ['sent', 'forwarded'],
    ['sent', 'returned'],
  ])
  expect(texts.slice(3).sort()).toEqual([
    ['failed', `@fil@${path}`],
    ['sent', 'forwarded'],
  ])
  expect(sent.map(({ content }) => content).filter(({ kind }) => kind === 'forwarded')).toMatchObject([
    { type: 'Text', msgId: expect.stringMatching(/^\d+$/) },
    { type: 'Recording', msgId: expect.stringMatching(/^\d+$/) },
  ])
})

async function untilLength(bot: Itchat, list: unknown[], length: number): Promise<void> {
  while (list.length < length) await nextEvent(bot, 'sent')
}

describe('a failed send', () => {
  const faults: [string, FaultSpec, string][] = [
    ['refused by the server', { kind: 'ret', ret: 1204 }, 'refused'],
    ['whose reply was lost', { kind: 'dropReply' }, 'unknown'],
    ['with an invalid reply', { kind: 'garbage' }, 'unknown'],
  ]
  test.each(faults)('of a text message %s emits an event with its outcome', async (_, fault, outcome) => {
    const { sandbox, bot, friend, sent } = await loggedIn()
    sandbox.faults.add({ ...fault, path: 'webwxsendmsg', count: 1 })
    const error = await failureOf(bot.send('x', friend))
    expect(sent).toEqual([
      { outcome, localId: '', msgId: '', user: friend, content: { kind: 'text', text: 'x' }, error },
    ])
  })

  test('of a file has the outcome "refused" if its upload is refused, and "failed" if the file is missing', async () => {
    const { sandbox, bot, friend, sent } = await loggedIn()
    sandbox.faults.add({ kind: 'ret', ret: -1, path: 'webwxuploadmedia', count: 1 })
    await failureOf(bot.sendFile(GIF, friend))
    await failureOf(bot.sendFile('/no/such/file.txt', friend))
    expect(sent).toMatchObject([
      { outcome: 'refused', content: { kind: 'file', name: 'file' } },
      { outcome: 'failed', content: { kind: 'file', name: 'file.txt' } },
    ])
  })

  test('aborted by a signal has the outcome "unknown" if it is in flight, and "failed" otherwise', async () => {
    const [held, abort] = [gate(), new AbortController()]
    const { bot, friend, sent } = await loggedIn({}, async ({ endpoint, signal }) => {
      if (endpoint !== 'webwxsendmsg') return undefined
      held.open()
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      return 'cut'
    })
    const sending = failureOf(bot.send('x', friend, { signal: abort.signal }))
    await held.opened
    abort.abort(new Error('canceled'))
    expect(await sending).toEqual(new Error('canceled'))
    expect(await failureOf(bot.send('y', friend, { signal: abort.signal }))).toEqual(new Error('canceled'))
    expect(sent.map(({ outcome }) => outcome)).toEqual(['unknown', 'failed'])
  })

  test('that the server keeps throttling rejects after five minutes with RefusedError, which is a ServerError', async () => {
    const sandbox = await sandboxFor()
    const server = await tampered(sandbox, (endpoint) =>
      endpoint === 'webwxsendmsg' ? { BaseResponse: { Ret: 1205, ErrMsg: '' } } : undefined,
    )
    // Pauses last at most six seconds and take no real time.
    vi.spyOn(Math, 'random').mockReturnValue(0.1)
    onTestFinished(() => void vi.restoreAllMocks())
    const bot = botFor(server, { clock: new AutoAdvanceClock() })
    await bot.login()
    const sent = events(bot, 'sent')
    const error = await failureOf(bot.send('x', 'filehelper'))
    expect(error).toBeInstanceOf(RefusedError)
    expect(error).toBeInstanceOf(ServerError)
    expect(error).toMatchObject({ name: 'ServerError', ret: 1205, reason: 'throttled', endpoint: 'webwxsendmsg' })
    expect(sent).toMatchObject([{ outcome: 'refused', error }])
  })

  test('to an unknown UserName emits an event with that UserName', async () => {
    const { bot, sent } = await loggedIn()
    const error = await failureOf(bot.send('x', '@unknown'))
    expect(sent).toMatchObject([{ outcome: 'refused', user: '@unknown', error }])
  })

  test('with invalid arguments or without a session emits no event', async () => {
    const { bot, friend, sent } = await loggedIn()
    for (const invalid of [
      () => bot.send('', friend),
      () => bot.send('x', ''),
      () => bot.send(5 as never, friend),
      () => bot.sendFile(5 as never, friend),
      () => bot.sendFile(new URL('http://x/y'), friend),
    ])
      expect(await failureOf(invalid())).toBeInstanceOf(ArgumentError)
    await bot.close()
    expect(await failureOf(friend.send('x'))).toBeInstanceOf(StateError)
    expect(sent).toEqual([])
  })
})

test('when a listener throws, an error event is emitted and the send still succeeds', async () => {
  const { bot, friend } = await loggedIn()
  const errors = events(bot, 'error')
  bot.on('sent', () => {
    throw new Error('broken listener')
  })
  expect(await bot.send('x', friend)).toMatchObject({ ok: true })
  expect(errors).toMatchObject([{ error: { message: 'broken listener' } }])
})
