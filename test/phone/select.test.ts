import { describe, expect, it } from 'vitest'
import { contactSections } from '../../src/phone/list/contacts.js'
import { passesFilter } from '../../src/phone/list/filter.js'
import {
  chatOf,
  isOffline,
  personName,
  speakerName,
  speakerOf,
  speakersOf,
  unreadTotal,
} from '../../src/phone/store/select.js'
import { chat, loaded, person } from './view-samples.js'

const members = ['a', 'me', 'b'].map((id) => ({ id, displayName: '' }))

describe('speakers', () => {
  it.each([
    ['include the friend and the owner in a chat with a friend', chat('a'), ['me', 'a']],
    ['include every member of a group, with the owner first', chat('g', { kind: 'group', members }), ['me', 'a', 'b']],
    ['include only the account itself in a chat with an official account', chat('gh', { kind: 'official' }), ['gh']],
    ['include only the owner in the file helper', chat('filehelper', { kind: 'builtin' }), ['me']],
  ])('%s', (_, view, expected) => {
    expect(speakersOf(view, 'me')).toEqual(expected)
  })

  it('default to the last one chosen who can still speak, otherwise to the first who is not the owner', () => {
    const group = chat('g', { kind: 'group', members })
    expect(speakerOf({ owner: 'me', speakers: {} }, group)).toBe('a')
    expect(speakerOf({ owner: 'me', speakers: { g: ['left', 'b'] } }, group)).toBe('b')
  })
})

it('returns an empty chat for a person without messages', () => {
  const state = loaded({ people: [person('b', '宋时雨', { remark: '小雨' })], chats: [] })
  expect(chatOf(state, 'b')).toMatchObject({ id: 'b', kind: 'friend', name: '小雨', unread: 0 })
  expect(chatOf(state, 'unknown')).toBeUndefined()
})

it('returns names that do not change the direction of the text around them', () => {
  const a = person('a', 'abc\u202etxt', { remark: '\u2067rtl' })
  expect(personName(a)).toBe('rtl')
  expect(speakerName(chat('g', { kind: 'group', members }), 'a', { a: { ...a, remark: '' } })).toBe('abc txt')
})

it('excludes muted chats from the unread total', () => {
  expect(unreadTotal([chat('a', { unread: 2 }), chat('b', { unread: 5, muted: true })])).toBe(2)
})

it('is offline once the first reconnect attempt has failed', () => {
  expect(isOffline({ link: { up: false, attempt: 1, retryAt: 0 } })).toBe(false)
  expect(isOffline({ link: { up: false, attempt: 2, retryAt: 0 } })).toBe(true)
})

it('sorts contacts into groups, official accounts and initial letters', () => {
  const state = loaded({
    people: [
      person('me', '陈一舟', { pinyin: 'chenyizhou' }),
      person('a', '林小满', { pinyin: 'linxiaoman' }),
      person('m', '王秀英', { remark: '老妈', pinyin: 'wangxiuying laoma' }),
      person('s', '陌生人', { pinyin: 'moshengren', isContact: false }),
      person('gh', '日报', { kind: 'official' }),
    ],
    chats: [chat('g', { kind: 'group' })],
  })
  const titles = { groups: 'Groups', officials: 'Official' }
  const shape = contactSections(state, 'all', '', titles).map(({ title, chats }) => [
    title,
    ...chats.map(({ id }) => id),
  ])
  expect(shape).toEqual([
    ['Groups', 'g'],
    ['Official', 'gh'],
    ['L', 'm', 'a'],
  ])
  expect(contactSections(state, 'friends', 'laoma', titles)).toHaveLength(1)
})

it('counts built-in helpers as friends', () => {
  expect(passesFilter({ kind: 'builtin' }, 'friends')).toBe(true)
  expect(passesFilter({ kind: 'group' }, 'friends')).toBe(false)
})
