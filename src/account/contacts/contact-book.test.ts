import { describe, expect, test } from 'vitest'
import { entryOf } from '../../../test/support/contact.js'
import fc from '../../../test/support/property.js'
import type { ContactActions } from '../../contact/actions.js'
import { Chatroom, type Contact, type MassivePlatform, type User } from '../../contact/contact.js'
import { readContact, readMemberChange } from '../../transports/web/decode/contact.js'
import { ContactBook } from './contact-book.js'
import { ContactChanges } from './contact-changes.js'
import { ContactSearch } from './contact-search.js'

const SELF = '@self'
const PEOPLE = [SELF, '@a', '@b', '@c', 'filehelper']
const ROOMS = ['@@r', '@@s']
const NAMES = ['', 'A', 'B', '小满']
const CONTACT = 1
const OFFICIAL = 8

type Fields = Record<string, string | number>
type Sent = { UserName: string } & Record<string, unknown>

/** A simple model of the server's data: fields that are sent replace stored fields. */
class Model {
  readonly contacts = new Map<string, Fields>()
  readonly members = new Map<string, Map<string, Fields>>()

  put({ UserName, MemberList, ...fields }: Sent): void {
    this.contacts.set(UserName, { ...this.contacts.get(UserName), ...(fields as Fields) })
    if (!UserName.startsWith('@@')) return
    const known = this.members.get(UserName) ?? new Map<string, Fields>()
    this.members.set(UserName, known)
    const members = (MemberList ?? []) as Sent[]
    if (!members.some((member) => member.NickName)) return
    const next = new Map<string, Fields>()
    for (const { UserName: name, ...sent } of members) {
      next.set(name, { ...(next.get(name) ?? known.get(name)), NickName: '', DisplayName: '', ...sent })
    }
    this.members.set(UserName, next)
  }

  remove(userName: string): void {
    if (userName === SELF) return
    this.contacts.delete(userName)
    this.members.delete(userName)
  }

  /** Applies a group's details. A UserName without details means that the group no longer exists. */
  putGroup(group: Sent): void {
    const members = (group.MemberList ?? []) as Sent[]
    const hasDetails = group.NickName || group.ContactFlag || members.some((member) => member.NickName)
    if (hasDetails) this.put(group)
    else this.remove(group.UserName)
  }

  putMember({ UserName, DisplayName, ...sent }: Sent): void {
    for (const room of this.members.values()) {
      const member = room.get(UserName)
      if (member) Object.assign(member, sent, DisplayName ? { DisplayName } : {})
    }
  }

  load(contacts: readonly Sent[], groups: readonly Sent[]): void {
    for (const contact of contacts) this.put(contact)
    for (const [name, fields] of [...this.contacts]) {
      const isListed = contacts.some(({ UserName }) => UserName === name)
      // An empty address book is treated as incomplete.
      if (contacts.length > 0 && this.kind(name) !== 'chatroom' && isFriend(name, fields) && !isListed)
        this.remove(name)
    }
    for (const group of groups) this.putGroup(group)
  }

  kind(userName: string): Contact['kind'] {
    if (userName.startsWith('@@')) return 'chatroom'
    const isOfficial = Number(this.contacts.get(userName)?.VerifyFlag ?? 0) & OFFICIAL
    return isOfficial && userName !== SELF ? 'massivePlatform' : 'user'
  }

  /** The UserNames of all contacts of a kind, sorted. */
  listed(kind: Contact['kind'], accept: (fields: Fields) => boolean = () => true): string[] {
    return [...this.contacts]
      .filter(
        ([name, fields]) =>
          this.kind(name) === kind && (kind === 'chatroom' || isFriend(name, fields) || name === SELF),
      )
      .filter(([, fields]) => accept(fields))
      .map(([name]) => name)
      .sort()
  }
}

function isFriend(name: string, { ContactFlag = 0 }: Fields): boolean {
  return name.startsWith('@') && (Number(ContactFlag) & CONTACT) !== 0
}

const name = fc.constantFrom(...NAMES)
/** Some of the fields; omitted fields stay unchanged. */
const fields = fc.record(
  {
    NickName: name,
    RemarkName: name,
    Alias: name,
    ContactFlag: fc.constantFrom(0, 1, 0x801),
    VerifyFlag: fc.constantFrom(0, OFFICIAL, 24),
  },
  { requiredKeys: [] },
)
const person = fc.tuple(fc.constantFrom(...PEOPLE), fields).map(([UserName, sent]) => ({ UserName, ...sent }))
const member = fc
  .tuple(fc.constantFrom(...PEOPLE), fc.record({ NickName: name, DisplayName: name }, { requiredKeys: [] }))
  .map(([UserName, sent]) => ({ UserName, ...sent }))
const room = fc
  .tuple(
    fc.constantFrom(...ROOMS),
    fc.record(
      { NickName: name, ContactFlag: fc.constantFrom(0, 1), MemberList: fc.array(member, { maxLength: 5 }) },
      { requiredKeys: [] },
    ),
  )
  .map(([UserName, sent]) => ({ UserName, ...sent }))
const anyContact = fc.oneof(person, room)

type Step = (book: ContactBook, model: Model, changes: ContactChanges) => void | Promise<void>
const step: fc.Arbitrary<Step> = fc.oneof(
  anyContact.map(
    (sent): Step =>
      (book, model, changes) => {
        book.apply(entryOf(sent), changes)
        model.put(sent)
      },
  ),
  fc.constantFrom(...PEOPLE, ...ROOMS, '@unknown').map(
    (userName): Step =>
      (book, model, changes) => {
        book.remove(userName, changes)
        model.remove(userName)
      },
  ),
  room.map(
    (sent): Step =>
      (book, model, changes) => {
        book.applyGroup(entryOf(sent), changes)
        model.putGroup(sent)
      },
  ),
  fc.tuple(member, name).map(
    ([sent, Alias]): Step =>
      (book, model, changes) => {
        const entry = readMemberChange({ ...sent, Alias })
        if (entry) book.applyMember(entry, changes)
        model.putMember({ ...sent, Alias })
      },
  ),
  fc.tuple(fc.array(anyContact, { maxLength: 5 }), fc.array(room, { maxLength: 3 })).map(([contacts, groups]): Step => {
    return async (book, model, changes) => {
      const read = { entries: contacts.map(readContact), groups: groups.map(readContact), isComplete: true }
      await book.load(async () => read, changes)
      model.load(contacts, groups)
    }
  }),
)

const named = (contacts: Iterable<{ UserName: string }>) => [...contacts].map(({ UserName }) => UserName).sort()

function expectSame(book: ContactBook, model: Model): void {
  expect(named(book.all())).toEqual([...model.contacts.keys()].sort())
  for (const [userName, expected] of model.contacts) {
    const contact = book.get(userName) as Contact
    expect({ ...contact }).toMatchObject({ NickName: '', RemarkName: '', Alias: '', ContactFlag: 0, ...expected })
    expect(contact.kind).toBe(model.kind(userName))
    if (!(contact instanceof Chatroom)) continue
    const members = model.members.get(userName) as Map<string, Fields>
    expect(contact.memberList.map(({ UserName }) => UserName)).toEqual([...members.keys()])
    for (const [memberName, sent] of members) expect({ ...contact.member(memberName) }).toMatchObject(sent)
  }
  expect(named(book.friends())).toEqual(model.listed('user'))
  expect(named(book.massivePlatforms())).toEqual(model.listed('massivePlatform'))
  expect(named(book.chatrooms())).toEqual(model.listed('chatroom'))
  expectFound(book, model)
}

/** Expects every search to find exactly the contacts in the model, without duplicates. */
function expectFound(book: ContactBook, model: Model): void {
  const search = new ContactSearch(book)
  for (const text of NAMES) {
    const has =
      (...keys: string[]) =>
      (sent: Fields) =>
        text !== '' && keys.some((key) => sent[key] === text)
    const found = (query: object) => named(book.searchFriends(query) as User[])
    expect(found({ nickName: text })).toEqual(model.listed('user', has('NickName')))
    expect(found({ remarkName: text })).toEqual(model.listed('user', has('RemarkName')))
    expect(found({ wechatAccount: text })).toEqual(model.listed('user', has('Alias')))
    expect(found({ name: text })).toEqual(model.listed('user', has('NickName', 'RemarkName', 'Alias')))
    const both = (sent: Fields) => has('NickName')(sent) && has('Alias')(sent)
    expect(found({ nickName: text, wechatAccount: text })).toEqual(model.listed('user', both))
    expect(named(search.chatrooms({ name: text }) as Chatroom[])).toEqual(model.listed('chatroom', has('NickName')))
    expect(named(search.massivePlatforms({ name: text }) as MassivePlatform[])).toEqual(
      model.listed('massivePlatform', has('NickName')),
    )
  }
  for (const userName of [...PEOPLE, ...ROOMS]) {
    const visible = (kind: Contact['kind']) => (model.listed(kind).includes(userName) ? book.get(userName) : undefined)
    expect(book.searchFriends({ userName })).toBe(visible('user'))
    expect(search.massivePlatforms({ userName })).toBe(visible('massivePlatform'))
    expect(search.chatrooms({ userName })).toBe(visible('chatroom'))
  }
}

test('matches a simple model after any sequence of server data', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const book = new ContactBook({} as ContactActions)
      const model = new Model()
      book.reset(entryOf({ UserName: SELF, NickName: 'A' }))
      model.put({ UserName: SELF, NickName: 'A' })
      for (const run of steps) {
        const before = new Map(book.all().map((contact) => [contact.UserName, contact]))
        const changes = new ContactChanges()
        await run(book, model, changes)
        expectSame(book, model)
        const added = named(new Set(changes.added))
        const gone = [...before.keys()].filter((userName) => !book.get(userName))
        expect(changes.removed).toEqual(expect.arrayContaining(gone))
        for (const contact of book.all()) {
          const known = before.get(contact.UserName)
          if (!known) expect(added).toContain(contact.UserName)
          // A contact stays the same object, unless it was removed in the meantime or its kind changed.
          else if (known !== contact)
            expect([known.kind !== contact.kind, added.includes(contact.UserName)]).toContain(true)
        }
      }
    }),
    { numRuns: 300 },
  )
})

describe('a loaded address book', () => {
  const friend = (UserName: string) => ({ UserName, NickName: UserName, ContactFlag: 1 })
  const A = friend('@a')

  async function loaded(contacts: readonly unknown[], isComplete = true) {
    const book = new ContactBook({} as ContactActions)
    book.reset(entryOf({ UserName: SELF, NickName: 'A' }))
    for (const contact of [A, friend('@b')]) book.apply(entryOf(contact))
    const changes = new ContactChanges()
    const retained = await book.load(
      async () => ({ entries: contacts.map(readContact), groups: [], isComplete }),
      changes,
    )
    return { retained, removed: changes.removed, friends: named(book.friends()) }
  }

  test.each<[string, unknown[], boolean?]>([
    ['a number instead of an entry', [A, 7]],
    ['null instead of an entry', [A, null]],
    ['a list instead of an entry', [A, []]],
    ['an entry without a UserName', [A, { NickName: 'B' }]],
    ['an entry whose UserName is null', [A, { ...friend('@b'), UserName: null }]],
    ['an entry whose UserName is an object', [A, { ...friend('@b'), UserName: {} }]],
    ['an entry with an empty UserName', [A, { ...friend('@b'), UserName: '' }]],
    ['fewer entries than announced', [A], false],
    ['no entries', []],
  ])('keeps every friend if it contains %s', async (_, contacts, isComplete) => {
    expect(await loaded(contacts, isComplete)).toEqual({
      retained: contacts.length > 0 ? 1 : 2,
      removed: [],
      friends: ['@a', '@b', SELF],
    })
  })

  test('removes missing friends if every entry is readable', async () => {
    expect(await loaded([A])).toEqual({ retained: 0, removed: ['@b'], friends: ['@a', SELF] })
  })

  test.each([null, 'x', {}, [], true])(
    'leaves a friend unchanged if ContactFlag, VerifyFlag and NickName are %j',
    async (value) => {
      const malformed = {
        UserName: '@b',
        ContactFlag: value,
        VerifyFlag: value,
        NickName: typeof value === 'string' ? '@b' : value,
      }
      expect(await loaded([A, malformed])).toEqual({ retained: 0, removed: [], friends: ['@a', '@b', SELF] })
    },
  )
})

describe('strangers', () => {
  function bookWith(strangers: number) {
    const forgotten: string[] = []
    const book = new ContactBook({} as ContactActions, { onForgotten: ({ UserName }) => forgotten.push(UserName) })
    book.reset(entryOf({ UserName: SELF, NickName: 'A' }))
    book.apply(entryOf({ UserName: '@friend', NickName: 'F', ContactFlag: 1 }))
    book.apply(entryOf({ UserName: '@official', NickName: 'O', ContactFlag: 1, VerifyFlag: 8 }))
    book.apply(
      entryOf({ UserName: '@@room', NickName: 'R', MemberCount: 1, MemberList: [{ UserName: '@m', NickName: 'M' }] }),
    )
    book.apply(entryOf({ UserName: 'filehelper', NickName: 'H' }))
    for (let n = 0; n < strangers; n++) {
      book.get('@s0')
      book.apply(entryOf({ UserName: `@s${n}`, NickName: `S${n}` }))
    }
    return { book, forgotten }
  }

  test('are evicted when there are more than 5,000, least recently used first, but no other contact is evicted', () => {
    const { book, forgotten } = bookWith(6_000)
    expect(book.all()).toHaveLength(5_000 + 5)
    expect(forgotten).toEqual(Array.from({ length: 1_000 }, (_, n) => `@s${n + 1}`))
    for (const name of [SELF, '@friend', '@official', '@@room', 'filehelper', '@s0', '@s5999'])
      expect(book.get(name)).toBeDefined()
  })

  test('are no longer evicted once they become friends', () => {
    const { book } = bookWith(5_000)
    book.apply(entryOf({ UserName: '@s1', ContactFlag: 1 }))
    for (let n = 0; n < 6_000; n++) book.apply(entryOf({ UserName: `@t${n}`, NickName: 'T' }))
    expect(book.get('@s1')).toMatchObject({ NickName: 'S1' })
    expect(book.get('@s0')).toBeUndefined()
  })

  test('are placeholders until the server describes them, and then stay the same objects unless their kind differs', () => {
    const { book } = bookWith(0)
    const user = book.stranger(entryOf({ UserName: '@new' }))
    expect([user.NickName, book.stranger(entryOf({ UserName: '@new' })) === user]).toEqual(['', true])
    const changes = new ContactChanges()
    book.apply(entryOf({ UserName: '@new', NickName: 'N' }), changes)
    expect(user.NickName).toBe('N')
    expect([book.get('@new') === user, changes.added]).toEqual([true, [user]])
    // The contact is of a different kind than the placeholder.
    const official = book.stranger(entryOf({ UserName: '@shop' }))
    book.apply(entryOf({ UserName: '@shop', NickName: 'S', VerifyFlag: 8 }))
    expect(book.get('@shop')).not.toBe(official)
  })
})

describe('members of a group', () => {
  const person = (UserName: string) => ({ UserName, NickName: UserName.slice(1) })
  const ROOM = '@@room'

  function room(...members: string[]) {
    const book = new ContactBook({} as ContactActions)
    book.reset(entryOf({ UserName: SELF, NickName: 'A' }))
    const all = [SELF, ...members].map(person)
    book.apply(entryOf({ UserName: ROOM, NickName: 'R', MemberCount: all.length, MemberList: all }))
    const names = () => (book.get(ROOM) as Chatroom).memberList.map(({ UserName }) => UserName)
    return { book, names }
  }

  test.each<[string, object, string[], string[]]>([
    ['the whole list', { MemberCount: 2, MemberList: [SELF, '@b'].map(person) }, [SELF, '@b'], ['@a']],
    ['a list without a count', { MemberList: [SELF, '@b'].map(person) }, [SELF, '@b'], ['@a']],
    ['a list shorter than the count', { MemberCount: 5, MemberList: ['@c'].map(person) }, [SELF, '@a', '@b', '@c'], []],
    [
      'a count lower than the length of the list',
      { MemberCount: 1, MemberList: [SELF, '@b'].map(person) },
      [SELF, '@b'],
      ['@a'],
    ],
    ['an unreadable member', { MemberCount: 2, MemberList: [person('@b'), null] }, [SELF, '@a', '@b'], []],
    ['a repeated member', { MemberCount: 3, MemberList: [SELF, '@b', '@b'].map(person) }, ['@a', SELF, '@b'], []],
    ['members without names', { MemberCount: 1, MemberList: [{ UserName: '@x' }] }, [SELF, '@a', '@b'], []],
    ['no list', { MemberCount: 9 }, [SELF, '@a', '@b'], []],
    ['an empty list and no count', { MemberCount: 0, MemberList: [] }, [SELF, '@a', '@b'], []],
  ])('are correct after a sync with %s', (_, sent, members, left) => {
    const { book, names } = room('@a', '@b')
    const changes = new ContactChanges()
    book.apply(entryOf({ UserName: ROOM, NickName: 'R', ...sent }), changes)
    expect(names()).toEqual(members)
    expect(changes.left.map(({ member }) => member.UserName)).toEqual(left)
  })

  test('are removed by an empty reply for the group; only this account is reported as having left', () => {
    const { book, names } = room('@a', '@b')
    const changes = new ContactChanges()
    book.applyGroup(entryOf({ UserName: ROOM, NickName: 'R', MemberCount: 0, MemberList: [] }), changes)
    expect(names()).toEqual([])
    expect(changes.left.map(({ member }) => member.UserName)).toEqual([SELF])
    expect(changes.changed).toEqual([book.get(ROOM)])
  })
})
