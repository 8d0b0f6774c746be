import { describe, expect, it } from 'vitest'
import { contactSections } from '../../src/phone/list/contacts.js'
import { passesFilter } from '../../src/phone/list/filter.js'
import { chatOf, isOffline, speakerOf, speakersOf, unreadTotal } from '../../src/phone/store/select.js'
import { chat, loaded, person } from './view-samples.js'

const members = ['a', 'me', 'b'].map((id) => ({ id, displayName: '' }))

describe('who can speak', () => {
  it.each([
    ['a friend and the owner', chat('a'), ['me', 'a']],
    ['every member, the owner first', chat('g', { kind: 'group', members }), ['me', 'a', 'b']],
    ['an official account', chat('gh', { kind: 'official' }), ['gh']],
    ['only the owner to the file helper', chat('filehelper', { kind: 'builtin' }), ['me']],
  ])('%s', (_, one, expected) => {
    expect(speakersOf(one, 'me')).toEqual(expected)
  })

  it('is the last one chosen who still can, else not the owner', () => {
    const group = chat('g', { kind: 'group', members })
    expect(speakerOf({ owner: 'me', speakers: {} }, group)).toBe('a')
    expect(speakerOf({ owner: 'me', speakers: { g: ['left', 'b'] } }, group)).toBe('b')
  })
})

it('a person without messages has an empty chat', () => {
  const state = loaded({ people: [person('b', '宋时雨', { remark: '小雨' })], chats: [] })
  expect(chatOf(state, 'b')).toMatchObject({ id: 'b', kind: 'friend', name: '小雨', unread: 0 })
  expect(chatOf(state, 'nobody')).toBeUndefined()
})

it('muted chats do not count in the title', () => {
  expect(unreadTotal([chat('a', { unread: 2 }), chat('b', { unread: 5, muted: true })])).toBe(2)
})

it('says that the sandbox is gone once the first try to come back has failed', () => {
  expect(isOffline({ link: { up: false, attempt: 1, retryAt: 0 } })).toBe(false)
  expect(isOffline({ link: { up: false, attempt: 2, retryAt: 0 } })).toBe(true)
})

it('files contacts under groups, official accounts and letters', () => {
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
  const shape = contactSections(state, 'all', '', titles).map((one) => [one.title, ...one.chats.map((c) => c.id)])
  expect(shape).toEqual([
    ['Groups', 'g'],
    ['Official', 'gh'],
    ['L', 'm', 'a'],
  ])
  expect(contactSections(state, 'friends', 'laoma', titles)).toHaveLength(1)
})

it('counts the built-in helpers as friends', () => {
  expect(passesFilter({ kind: 'builtin' }, 'friends')).toBe(true)
  expect(passesFilter({ kind: 'group' }, 'friends')).toBe(false)
})
