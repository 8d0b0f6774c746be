import { describe, expect, test } from 'vitest'
import { type Answer, OWNER, scriptedIlink, TOKEN } from '../../../test/support/scripted-ilink.js'
import { ArgumentError, NetworkError, ProtocolError, RefusedError, ServerError, StateError } from '../../errors.js'
import { sendContent } from './send.js'

const HOUR_MS = 3_600_000

function sending(answers: Answer[]) {
  const scripted = scriptedIlink({ sendmessage: answers })
  scripted.session.window.open(scripted.clock.now())
  scripted.session.contextToken = 'context 1'
  const send = (text = 'hello') => sendContent(scripted.ilink, OWNER, { kind: 'text', text })
  const bodies = () => scripted.requests.map(({ body }) => body.msg as Record<string, unknown>)
  return { ...scripted, send, bodies }
}

const okay = (id: string) => `{"ret":0,"message_id":${id}}`

test('a message has one item, no sender, the latest context token, and nothing else', async () => {
  const { send, bodies } = sending([okay('1')])
  await send()
  expect(bodies()).toEqual([
    {
      from_user_id: '',
      to_user_id: OWNER,
      client_id: expect.stringMatching(/^itchat:\d+-[0-9a-f]{8}$/),
      message_type: 2,
      message_state: 2,
      item_list: [{ type: 1, text_item: { text: 'hello' } }],
      context_token: 'context 1',
    },
  ])
})

test('every message has a new client id', async () => {
  const { send, bodies } = sending([okay('1'), okay('2'), okay('3')])
  for (let count = 0; count < 3; count++) await send('the same')
  expect(new Set(bodies().map(({ client_id }) => client_id)).size).toBe(3)
})

test.each<[string, Answer, object]>([
  ['an id of 64 bits', okay('7497484083968569736'), { MsgID: '7497484083968569736' }],
  ['an id as a string', { ret: 0, message_id: '7497484083968569736' }, { MsgID: '7497484083968569736' }],
  ['ret 0 without an id', { ret: 0 }, { MsgID: '', unconfirmed: true }],
  ['an empty object', {}, { MsgID: '', unconfirmed: true }],
  ['an empty body', '', { MsgID: '', unconfirmed: true }],
  ['the id 0', { ret: 0, message_id: 0 }, { MsgID: '', unconfirmed: true }],
])('the reply with %s is a success that does not claim more than it knows', async (_, answer, expected) => {
  const { send } = sending([answer])
  const { LocalID, ...sent } = await send()
  expect(sent).toEqual(expected)
  expect(LocalID).not.toBe('')
})

describe('a refusal without a reason (−2)', () => {
  const REFUSED = { ret: -2, errmsg: 'prepare failed' }

  test.each<[string, Answer]>([
    ['in ret', REFUSED],
    ['in errcode only', { errcode: -2 }],
    ['without a text', { ret: -2, errmsg: '' }],
  ])('%s pauses all sends for an hour, without another request', async (_, answer) => {
    const { send, clock, requests } = sending([answer, okay('1')])
    const retryAtMs = clock.now() + HOUR_MS
    await expect(send()).rejects.toMatchObject({ reason: 'throttled', ret: -2, retryAtMs })
    await clock.advance(HOUR_MS - 1)
    await expect(send()).rejects.toThrow(RefusedError)
    expect(requests).toHaveLength(1)
    await clock.advance(1)
    expect(await send()).toMatchObject({ MsgID: '1' })
  })

  test('ends with the next message from the owner', async () => {
    const { send, clock, session } = sending([REFUSED, okay('1')])
    await expect(send()).rejects.toThrow(RefusedError)
    await clock.advance(1_000)
    session.window.open(clock.now())
    expect(await send()).toMatchObject({ MsgID: '1' })
  })
})

test('the eleventh message after a message from the owner is refused without a request', async () => {
  const { send, requests } = sending(Array.from({ length: 10 }, (_, n) => okay(String(n + 1))))
  for (let count = 0; count < 10; count++) await send()
  await expect(send()).rejects.toMatchObject({ reason: 'quota', advice: expect.stringContaining('write again') })
  expect(requests).toHaveLength(10)
})

test('concurrent sends do not exceed the quota', async () => {
  const { send, requests } = sending(Array.from({ length: 20 }, (_, n) => okay(String(n + 1))))
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => send()))
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(10)
  expect(requests).toHaveLength(10)
})

test('a day after the last message from the owner, a message is refused without a request', async () => {
  const { send, clock, requests } = sending([])
  await clock.advance(24 * HOUR_MS + 1)
  await expect(send()).rejects.toMatchObject({ reason: 'windowClosed' })
  expect(requests).toEqual([])
})

test('before the first message from the owner, a message is refused without a request', async () => {
  const { ilink, requests } = scriptedIlink()
  const sent = sendContent(ilink, OWNER, { kind: 'text', text: 'hello' })
  await expect(sent).rejects.toMatchObject({ reason: 'needsMessage' })
  expect(requests).toEqual([])
})

test.each<[string, Answer, new (...args: never) => Error, number]>([
  ['a refusal', { ret: -3, errmsg: 'invalid arguments' }, ServerError, 0],
  ['a session that has ended', { ret: -14 }, ServerError, 0],
  ['a lost reply', new NetworkError('lost', { endpoint: 'sendmessage', outcome: 'unknown' }), NetworkError, 1],
  [
    'a connection that failed',
    new NetworkError('no', { endpoint: 'sendmessage', outcome: 'notSent' }),
    NetworkError,
    0,
  ],
  ['a reply that is not JSON', '<html>', ProtocolError, 1],
])('%s is thrown, is not repeated, and counts only if the message may have arrived', async (_, answer, kind, sends) => {
  const { send, session, requests } = sending([answer])
  await expect(send()).rejects.toThrow(kind)
  expect(requests).toHaveLength(1)
  expect(session.window.save().sends).toBe(sends)
})

test('a send that this process may not make does not count', async () => {
  const { send, session } = sending([new StateError('The lock has been lost.')])
  await expect(send()).rejects.toThrow(StateError)
  expect(session.window.save().sends).toBe(0)
})

test('without any reply token, a message is refused without a request, because it would be lost', async () => {
  const { send, session, requests } = sending([])
  session.contextToken = ''
  await expect(send()).rejects.toMatchObject({ reason: 'needsMessage' })
  expect(requests).toEqual([])
})

test('a refusal of an earlier message does not give back what was counted after the owner wrote again', async () => {
  const { ilink, session, clock, script } = sending([])
  script.sendmessage = [{ status: 200, text: '{"ret":-2}', afterMs: 2_000 }, okay('1')]
  const first = sendContent(ilink, OWNER, { kind: 'text', text: 'a' })
  await clock.advance(1_000)
  session.window.open(clock.now())
  await sendContent(ilink, OWNER, { kind: 'text', text: 'b' })
  await Promise.all([expect(first).rejects.toThrow(RefusedError), clock.advance(2_000)])
  expect(session.window.save().sends).toBe(1)
})

test('an error does not contain the bot token, even if the server quotes it', async () => {
  const { send } = sending([{ ret: -3, errmsg: `bad token ${TOKEN} of session` }])
  const error = await send().catch((reason: unknown) => reason)
  expect(String(error)).not.toContain(TOKEN.slice(TOKEN.indexOf(':') + 1))
  expect(String(error)).toContain('of session')
})

test('content that the protocol does not have is an ArgumentError without a request', async () => {
  const { ilink, requests, session, clock } = sending([])
  session.window.open(clock.now())
  const raw = { kind: 'raw', type: 1, content: 'x' } as const
  await expect(sendContent(ilink, OWNER, raw)).rejects.toThrow(ArgumentError)
  expect(requests).toEqual([])
})

test('what was sent can be quoted by its id', async () => {
  const { send, session } = sending([okay('42')])
  await send('the answer')
  expect(session.texts.get('42')).toEqual({ type: 1, text: 'the answer' })
})
