import { describe, expect, it } from 'vitest'
import { reduce } from '../../src/phone/store/reduce.js'
import { type Change, draftKey, type State } from '../../src/phone/store/state.js'
import { chat, clawbot, loaded, message, view } from './view-samples.js'

const ids = (state: State, chatId = 'a') => state.threads[chatId]?.messages.map(({ id }) => id)
const all = (state: State, ...changes: Change[]) => changes.reduce(reduce, state)
const latest = (...messages: ReturnType<typeof message>[]): Change => {
  return { type: 'thread', chatId: 'a', messages, complete: true, place: 'latest' }
}
const arrives = (id: number, data: ReturnType<typeof message>): Change => {
  return { type: 'events', events: [{ id, type: 'message', data }] }
}

describe('chats', () => {
  it('are sorted with pinned chats first, then by latest message, even after events', () => {
    const state = loaded({
      chats: [chat('a', { last: message('1') }), chat('b', { last: message('2') }), chat('p', { pinned: true })],
    })
    expect(state.chats.map(({ id }) => id)).toEqual(['p', 'b', 'a'])
    const next = reduce(state, arrives(1, message('3')))
    expect(next.chats.map(({ id }) => id)).toEqual(['p', 'a', 'b'])
    expect(next.chats[1]?.last?.id).toBe('3')
  })

  it('are not changed by an event that has already been applied', () => {
    const state = reduce(loaded(), arrives(4, message('1')))
    expect(reduce(state, arrives(4, message('2')))).toBe(state)
  })

  it('are replaced when the world changes, and an open chat that no longer exists is closed', () => {
    const state = all(loaded(), { type: 'open', chatId: 'a' }, latest(message('1')))
    const next = reduce(state, { type: 'loaded', state: view({ worldId: 'w2', people: [], chats: [chat('b')] }) })
    expect(next.open).toBeUndefined()
    expect(next.worldId).toBe('w2')
  })
})

describe('messages', () => {
  it('that arrive while a chat is being loaded stay, although the response may not contain them', () => {
    const state = all(loaded(), { type: 'loading', chatId: 'a' }, arrives(1, message('2')), latest(message('1')))
    expect(ids(state)).toEqual(['1', '2'])
  })

  it('that arrive as events before the thread has loaded are kept', () => {
    const state = all(
      loaded(),
      { type: 'open', chatId: 'a' },
      arrives(1, message('3')),
      latest(message('1'), message('2')),
    )
    expect(ids(state)).toEqual(['1', '2', '3'])
  })

  it('from the event stream are not overwritten by a later API response', () => {
    const state = all(
      loaded(),
      { type: 'open', chatId: 'a' },
      latest(),
      arrives(1, message('1')),
      { type: 'events', events: [{ id: 2, type: 'delivered', data: { chatId: 'a', ids: ['1'] } }] },
      { type: 'message', message: message('1') },
    )
    expect(state.threads.a?.messages).toEqual([message('1', { delivered: true })])
    expect(state.chats[0]?.last?.delivered).toBe(true)
  })

  it('older than the loaded ones are prepended', () => {
    const earlier: Change = { type: 'thread', chatId: 'a', messages: [message('1')], complete: true, place: 'earlier' }
    expect(ids(all(loaded(), latest(message('2')), earlier))).toEqual(['1', '2'])
  })

  it('in the open chat are kept after events were lost, until the latest messages have loaded', () => {
    const before = all(loaded(), { type: 'open', chatId: 'a' }, latest(message('1'), message('2')))
    const between = all(before, { type: 'loaded', state: view({ eventId: 9 }) }, arrives(10, message('9')))
    expect(ids(between)).toEqual(['1', '2', '9'])
    expect(ids(reduce(between, latest(message('7'), message('8'))))).toEqual(['7', '8', '9'])
  })
})

describe('the new messages line', () => {
  const unread = loaded({ chats: [chat('a', { unread: 2 })] })
  const four = [message('1'), message('2'), message('3', { origin: 'bot' }), message('4')]

  it('appears above the first unread message', () => {
    const state = all(unread, { type: 'open', chatId: 'a' }, latest(...four))
    expect(state.threads.a?.newFrom).toBe('2')
  })

  it('disappears when the chat is closed', () => {
    const state = all(unread, { type: 'open', chatId: 'a' }, latest(...four), { type: 'open', chatId: undefined })
    expect(state.threads.a?.newFrom).toBeUndefined()
  })
})

it('stores drafts by chat and speaker, and discards empty ones', () => {
  const draft = { text: 'half', mentions: [] }
  const state = reduce(loaded(), { type: 'draft', chatId: 'a', speaker: 'me', draft })
  expect(state.drafts).toEqual({ [draftKey('a', 'me')]: draft })
  const empty = { text: '', mentions: [] }
  expect(reduce(state, { type: 'draft', chatId: 'a', speaker: 'me', draft: empty }).drafts).toEqual({})
})

it('remembers recent speakers, most recent first', () => {
  const speakers = ['a', 'b', 'a', 'c', 'd', 'e'].map((speaker) => ({ type: 'speaker', chatId: 'g', speaker }) as const)
  expect(all(loaded(), ...speakers).speakers.g).toEqual(['e', 'd', 'c', 'a'])
})

describe('a replaced QR code', () => {
  const login = (id: number, data: object) => ({ type: 'events', events: [{ id, type: 'login', data }] }) as Change
  const waiting = (id: number, uuid: string) => login(id, { state: 'waitingForScan', uuid, qr: ['1'] })

  it.each(['cancelled', 'expired'] as const)('that was %s is remembered with the next one', (lost) => {
    const state = all(loaded(), waiting(1, 'u'), login(2, { state: lost, uuid: 'u' }), waiting(3, 'v'))
    expect(state.replaced).toEqual({ web: lost })
    const scanned = reduce(state, login(4, { state: 'waitingForConfirm', uuid: 'v' }))
    expect(scanned.replaced).toEqual({ web: lost })
    expect(reduce(scanned, waiting(5, 'w')).replaced).toEqual({})
  })

  it('that had only been replaced is not', () => {
    expect(all(loaded(), waiting(1, 'u'), waiting(2, 'v')).replaced).toEqual({})
  })

  it('of the ClawBot that was declined is remembered', () => {
    const clawbotLogin = (id: number, data: object) =>
      ({ type: 'events', events: [{ id, type: 'clawbot', data: clawbot({ login: data as never }) }] }) as Change
    const state = all(
      loaded(),
      clawbotLogin(1, { state: 'declined', qrcode: 'a' }),
      clawbotLogin(2, { state: 'waiting', qrcode: 'b' }),
    )
    expect(state.replaced).toEqual({ clawbot: 'cancelled' })
  })
})

it('keeps the QR code after it has been scanned', () => {
  const waiting = { state: 'waitingForScan', uuid: 'u', qr: ['1'] } as const
  const login = (id: number, data: object) => ({ type: 'events', events: [{ id, type: 'login', data }] }) as Change
  const state = all(loaded(), login(1, waiting), login(2, { state: 'waitingForConfirm', uuid: 'u' }))
  expect(state.login.qr).toEqual(['1'])
  expect(reduce(state, login(3, { state: 'waitingForConfirm', uuid: 'other' })).login.qr).toBeUndefined()
})

describe('a refused message', () => {
  const refused = { id: 'refused-1', chatId: 'a', kind: 'file', text: 'a.zip', code: 1205, at: 1, attempts: 1 } as const
  const uploading: Change = {
    type: 'events',
    events: [{ id: 1, type: 'upload', data: { chatId: 'a', name: 'a.zip', receivedBytes: 1, totalBytes: 2 } }],
  }

  it('ends its upload, and is replaced by the next attempt', () => {
    const state = all(
      loaded(),
      uploading,
      { type: 'events', events: [{ id: 2, type: 'refused', data: refused }] },
      { type: 'events', events: [{ id: 3, type: 'refused', data: { ...refused, attempts: 2 } }] },
    )
    expect(state.uploads).toEqual({})
    expect(state.refused).toEqual([{ ...refused, attempts: 2 }])
  })
})
