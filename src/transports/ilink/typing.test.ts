import { expect, test } from 'vitest'
import { type Answer, failure, OWNER, scriptedIlink } from '../../../test/support/scripted-ilink.js'
import { Typing } from './typing.js'

const TICKET = { ret: 0, typing_ticket: 'dGlja2V0' }

function typing(tickets: Answer[] = [TICKET]) {
  const scripted = scriptedIlink({ getconfig: tickets, sendtyping: Array.from({ length: 99 }, () => ({ ret: 0 })) })
  const calls = () =>
    scripted.requests.map(({ endpoint, body }) => (endpoint === 'sendtyping' ? body.status : endpoint))
  return { ...scripted, indicator: new Typing(scripted.ilink), calls }
}

test('the indicator is repeated every 5 s while a handler runs, and hidden at its end', async () => {
  const { indicator, clock, calls, requests } = typing()
  const end = indicator.start()
  for (let seconds = 0; seconds < 12; seconds++) await clock.advance(1_000)
  end()
  await indicator.close()
  expect(calls()).toEqual(['getconfig', 1, 1, 1, 2])
  expect(requests[1]?.body).toMatchObject({ ilink_user_id: OWNER, typing_ticket: 'dGlja2V0' })
})

test('with several handlers, it is hidden when the last one has ended, once', async () => {
  const { indicator, clock, calls } = typing()
  const [first, second] = [indicator.start(), indicator.start()]
  await clock.advance(1_000)
  first()
  first()
  await clock.advance(1_000)
  expect(calls()).toEqual(['getconfig', 1])
  second()
  await indicator.close()
  expect(calls()).toEqual(['getconfig', 1, 2])
})

test('the ticket is used again', async () => {
  const { indicator, clock, calls } = typing()
  for (let count = 0; count < 2; count++) {
    const end = indicator.start()
    await clock.advance(1_000)
    end()
    await clock.advance(1_000)
  }
  await indicator.close()
  expect(calls()).toEqual(['getconfig', 1, 2, 1, 2])
})

test.each<[string, Answer]>([
  ['is refused', { ret: -4, errmsg: 'GetTypingTicket rpc failed' }],
  ['is missing', { ret: 0 }],
  ['cannot be requested', failure('getconfig')],
])('without an indicator when the ticket %s, and without an error', async (_, answer) => {
  const { indicator, clock, calls } = typing([answer])
  const end = indicator.start()
  await clock.advance(60_000)
  end()
  await indicator.close()
  expect(calls()).toEqual(['getconfig'])
})

test('a new binding uses its own ticket', async () => {
  const { indicator, clock, calls, session } = typing([TICKET, { ...TICKET, typing_ticket: 'b3RoZXI=' }])
  const once = async () => {
    const end = indicator.start()
    await clock.advance(1_000)
    end()
    await clock.advance(1_000)
  }
  await once()
  session.start({ token: 'other', botId: 'other@im.bot', userId: OWNER, apiBase: 'http://127.0.0.1:9' })
  await once()
  await indicator.close()
  expect(calls()).toEqual(['getconfig', 1, 2, 'getconfig', 1, 2])
})

test('closing hides the indicator of a handler that is still running', async () => {
  const { indicator, clock, calls } = typing()
  indicator.start()
  await clock.advance(1_000)
  await indicator.close()
  expect(calls()).toEqual(['getconfig', 1, 2])
})
