import { describe, expect, test } from 'vitest'
import { entryOf } from '../../../test/support/contact.js'
import { ManualClock } from '../../../test/support/manual-clock.js'
import type { ContactActions } from '../../contact/actions.js'
import { StateError, UnsupportedError } from '../../errors.js'
import type { ContactsPart, GroupsPart } from '../../transport/contacts.js'
import { FEATURES, type Feature } from '../../transport/features.js'
import { Avatars } from './avatars.js'
import { ContactBook } from './contact-book.js'
import type { ContactTransport } from './contacts.js'
import { Contacts } from './contacts.js'

const member = (UserName: string) => ({ UserName, NickName: UserName })

/** Creates an account with two friends and a group on the given transport. */
function account(transport: Partial<ContactTransport> | (() => ContactTransport)) {
  const book = new ContactBook({} as ContactActions)
  book.reset(entryOf({ UserName: '@self', NickName: 'me' }))
  for (const name of ['@a', '@b']) book.apply(entryOf({ UserName: name, NickName: name, ContactFlag: 1 }))
  book.apply(entryOf({ UserName: '@@r', NickName: 'R', MemberCount: 2, MemberList: ['@self', '@a'].map(member) }))
  const currentTransport = () =>
    typeof transport === 'function' ? transport() : { name: 'memory', features: new Set<Feature>(), ...transport }
  const errors: unknown[] = []
  const contacts = new Contacts({
    transport: currentTransport,
    book,
    avatars: new Avatars({ transport: currentTransport, book, folder: () => '/nonexistent' }),
    identity: () => ({ puid: '', certain: false }),
    emitChanges: () => {},
    onError: (error) => errors.push(error),
    onIncomplete: (error) => errors.push(error),
    clock: new ManualClock(0),
  })
  return { book, contacts, errors }
}

/** Transport parts whose methods record their names and resolve to `undefined`. */
function recorded() {
  const requests: string[] = []
  const part = new Proxy({}, { get: (_, method) => async () => void requests.push(String(method)) })
  return { requests, contacts: part as ContactsPart, groups: part as GroupsPart }
}

type Call = (contacts: Contacts, options: { signal?: AbortSignal }) => Promise<unknown>

const CALLS: [feature: Feature, name: string, call: Call][] = [
  ['contacts', 'updateFriend', (contacts, options) => contacts.updateFriend('@a', options)],
  ['contacts', 'updateFriends', (contacts, options) => contacts.updateFriends(['@a'], options)],
  ['groups', 'updateChatroom', (contacts, options) => contacts.updateChatroom('@@r', options)],
  ['remarks', 'setAlias', (contacts, options) => contacts.setAlias('@a', 'x', options)],
  ['pin', 'setPinned', (contacts, options) => contacts.setPinned('@@r', true, options)],
  [
    'officialAccounts',
    'addFriend (follow)',
    (contacts, options) => contacts.addFriend('@a', { status: 1, ...options }),
  ],
  ['friendRequests', 'addFriend', (contacts, options) => contacts.addFriend('@a', options)],
  [
    'friendRequests',
    'addFriend (accept)',
    (contacts, options) => contacts.addFriend('@a', { ticket: 't', ...options }),
  ],
  ['avatars', 'headImage', (contacts, options) => contacts.headImage({}, options)],
  ['avatars', 'headImageFile', (contacts, options) => contacts.headImageFile({}, 'x.jpg', options)],
  ['groups', 'createChatroom', (contacts, options) => contacts.createChatroom(['@a', '@b'], 'x', options)],
  ['groups', 'setChatroomName', (contacts, options) => contacts.setChatroomName('@@r', 'x', options)],
  ['groups', 'addMembers', (contacts, options) => contacts.addMembers('@@r', '@b', options)],
  ['groups', 'deleteMembers', (contacts, options) => contacts.deleteMembers('@@r', '@a', options)],
]

describe.each(CALLS)('%s: %s', (feature, _, call) => {
  test('throws UnsupportedError on a transport that implements no contact operations, even for unknown contacts', async () => {
    const { book, contacts } = account({ features: new Set(FEATURES) })
    await expect(call(contacts, {})).rejects.toMatchObject({
      name: 'UnsupportedError',
      feature,
      transport: 'memory',
      advice: expect.stringMatching(/\.$/),
    })
    book.reset(entryOf({ UserName: '@other', NickName: 'other' }))
    await expect(call(contacts, {})).rejects.toBeInstanceOf(UnsupportedError)
  })

  test('throws UnsupportedError and makes no request on a transport that does not support this feature', async () => {
    const { requests, ...parts } = recorded()
    const features = new Set(FEATURES.filter((other) => other !== feature))
    const { contacts } = account({ features, ...parts })
    await expect(call(contacts, {})).rejects.toMatchObject({ name: 'UnsupportedError', feature, transport: 'memory' })
    expect(requests).toEqual([])
  })

  test('rejects with the abort reason and makes no request if the signal is aborted', async () => {
    const { requests, ...parts } = recorded()
    const { contacts } = account({ features: new Set(FEATURES), ...parts })
    const reason = new Error('enough')
    await expect(call(contacts, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(requests).toEqual([])
  })

  test('throws StateError without a session', async () => {
    const { contacts } = account(() => {
      throw new StateError('Not logged in.')
    })
    await expect(call(contacts, {})).rejects.toBeInstanceOf(StateError)
  })
})

test('an update on a transport without an address book makes no request', async () => {
  const { requests, ...parts } = recorded()
  const { contacts } = account({ features: new Set<Feature>(), ...parts })
  await contacts.update()
  expect(requests).toEqual([])
})

test('an update rejects with the abort reason and makes no request if the signal is aborted', async () => {
  const { requests, ...parts } = recorded()
  const { contacts } = account({ features: new Set(FEATURES), ...parts })
  const reason = new Error('enough')
  await expect(contacts.update(AbortSignal.abort(reason))).rejects.toBe(reason)
  expect(requests).toEqual([])
})

test('loads nothing on a transport without an address book, but known contacts are still available', async () => {
  const { book, contacts, errors } = account({})
  await contacts.load()
  expect(errors).toEqual([])
  expect(book.friends().map(({ UserName }) => UserName)).toEqual(['@self', '@a', '@b'])
  expect(book.chatrooms().map(({ UserName }) => UserName)).toEqual(['@@r'])
})

test('makes no further requests once the session has ended', async () => {
  const requests: string[] = []
  let hasSession = true
  const groups = {
    fetch: async () => {
      requests.push('fetch')
      hasSession = false
      return [entryOf({ UserName: '@@s', NickName: 'S', MemberCount: 1, MemberList: [member('@a')] })]
    },
    addMembers: async () => {
      requests.push('addMembers')
      return { reply: {} }
    },
  } as Partial<GroupsPart> as GroupsPart
  const { book, contacts } = account(() => {
    if (!hasSession) throw new StateError('The session has ended.')
    return { name: 'memory', features: new Set(FEATURES), contacts: undefined, groups }
  })
  book.apply(entryOf({ UserName: '@@s', NickName: 'S' }))
  await expect(contacts.addMembers('@@s', '@b')).rejects.toBeInstanceOf(StateError)
  expect(requests).toEqual(['fetch'])
})
