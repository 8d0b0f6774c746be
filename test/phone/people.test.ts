import { expect, it } from 'vitest'
import { outsidersOf } from '../../src/phone/people/outsiders.js'
import { renamersOf } from '../../src/phone/people/renamers.js'
import type { ChatView, PersonView } from '../../src/sandbox/control/view.js'

const person = (id: string, fields: Partial<PersonView> = {}): PersonView => ({
  id,
  kind: 'person',
  name: id,
  remark: '',
  alias: '',
  pinyin: '',
  isContact: true,
  ...fields,
})
const group: ChatView = {
  id: '1@chatroom',
  kind: 'group',
  name: 'group',
  pinned: false,
  muted: false,
  unread: 0,
  mentioned: false,
  members: ['me', 'a', 'b'].map((id) => ({ id, displayName: '' })),
  ownerId: 'a',
}

it('lists the members who may rename a group, its owner first', () => {
  expect(renamersOf({ ...group, renameBy: 'everyone' })).toEqual(['a', 'me', 'b'])
  expect(renamersOf({ ...group, renameBy: 'owner' })).toEqual(['a'])
})

it('lists the people outside the group, friends first', () => {
  const all = [
    person('me'),
    person('a'),
    person('stranger', { isContact: false }),
    person('friend'),
    person('gh_news', { kind: 'official' }),
    person('filehelper', { kind: 'builtin' }),
  ]
  expect(outsidersOf(group, Object.fromEntries(all.map((entry) => [entry.id, entry])))).toEqual(['friend', 'stranger'])
})
