import { describe, expect, test } from 'vitest'
import { contactFrom } from '../../../test/support/contact.js'
import type { Contact } from '../../contact/contact.js'
import { Identities } from './identities.js'

let session = 0
/** Somebody as a new login describes them. */
function person(fields: object): Contact {
  const entry = { UserName: `@${session++}`, ContactFlag: 1, ...fields }
  return contactFrom(entry)
}

function identities() {
  const known = new Identities(() => 0)
  return {
    known,
    /** `id` is the real one, revealed before anybody is looked at. */
    login(...people: ({ id?: string } & Record<string, unknown>)[]) {
      known.reset()
      const contacts = people.map(({ id, ...fields }) => {
        const contact = person(fields)
        if (id) known.reveal(contact.UserName, id)
        return contact
      })
      const events = known.settle(contacts)
      return { contacts, events, ids: contacts.map((one) => known.get(one.UserName)) }
    },
  }
}

describe('across logins', () => {
  test.each([
    ['a Uin, whatever else changed', { Uin: 5, NickName: 'A' }, { Uin: 5, NickName: 'Z', Alias: 'z' }, true],
    ['a remark and a nickname', { RemarkName: 'R', NickName: 'A' }, { RemarkName: 'R', NickName: 'A' }, true],
    ['a remark and a WeChat id', { RemarkName: 'R', Alias: 'a' }, { RemarkName: 'R', Alias: 'a', NickName: 'N' }, true],
    ['a WeChat id', { Alias: 'a', NickName: 'A' }, { Alias: 'a', NickName: 'B' }, false],
    ['a remark', { RemarkName: 'R', NickName: 'A' }, { RemarkName: 'R', NickName: 'B' }, false],
    ['a nickname', { NickName: 'A', RemarkName: 'R' }, { NickName: 'A' }, false],
  ])('%s carries over', (_, before, now, certain) => {
    const { login } = identities()
    const [first] = login(before).ids
    const { ids, events } = login(now)
    expect(ids).toEqual([{ puid: first?.puid, certain }])
    expect(events.guessed).toHaveLength(certain ? 0 : 1)
  })

  test.each([
    ['another Uin', { Uin: 5, NickName: 'A', RemarkName: 'R' }, { Uin: 6, NickName: 'A', RemarkName: 'R' }],
    ['another WeChat id', { NickName: 'A', Alias: 'a' }, { NickName: 'A', Alias: 'b' }],
    ['another kind', { NickName: 'A' }, { NickName: 'A', VerifyFlag: 8 }],
    ['nothing in common', { NickName: '' }, { NickName: '' }],
  ])('%s is somebody else', (_, before, now) => {
    const { login } = identities()
    const [first] = login(before).ids
    const { ids, events } = login(now)
    expect(ids[0]?.puid).not.toBe(first?.puid)
    expect(events.guessed).toEqual([])
  })

  test('one that could be two, or two that could be one, are nobody known', () => {
    const { login } = identities()
    const two = login({ NickName: 'A' }, { NickName: 'A' }).ids.map((id) => id?.puid)
    expect(new Set(two).size).toBe(2)
    expect(two).not.toContain(login({ NickName: 'A' }).ids[0]?.puid)
    const other = identities()
    const one = other.login({ NickName: 'B' }).ids[0]?.puid
    expect(other.login({ NickName: 'B' }, { NickName: 'B' }).ids.map((id) => id?.puid)).not.toContain(one)
  })

  test('what tells one look-alike tells the other by what is left, as a guess', () => {
    const { login } = identities()
    const before = login({ NickName: 'A', RemarkName: 'R' }, { NickName: 'A' }).ids
    const { ids } = login({ NickName: 'A' }, { NickName: 'A', RemarkName: 'R' })
    expect(ids).toEqual([
      { puid: before[1]?.puid, certain: false },
      { puid: before[0]?.puid, certain: true },
    ])
  })
})

describe('a Uin that comes to light', () => {
  test('confirms a guess that it was known for, not one that it was not', () => {
    const { known, login } = identities()
    known.reset()
    const first = person({ NickName: 'A' })
    known.settle([first])
    known.reveal(first.UserName, 'wxid_a')
    known.settle([first])
    const again = login({ NickName: 'A' }, { NickName: 'B' })
    const [a, b] = again.contacts as [Contact, Contact]
    expect(again.ids[0]?.certain).toBe(false)
    known.reveal(a.UserName, 'wxid_a')
    known.reveal(b.UserName, 'wxid_b')
    expect(known.settle([a, b]).corrected).toEqual([])
    expect(known.get(a.UserName)).toEqual({ puid: again.ids[0]?.puid, certain: true })
    expect(login({ NickName: 'C', id: 'wxid_a' }).ids[0]?.puid).toBe(again.ids[0]?.puid)
  })

  test('corrects a wrong guess, and what was mistaken is as it was', () => {
    const { known, login } = identities()
    const before = login({ NickName: 'Boss', id: 'wxid_boss' }, { NickName: 'Other', id: 'wxid_other' }).ids
    // The impostor took the name of somebody who left; the one it belonged to has another name now.
    const { contacts, ids, events } = login({ NickName: 'Boss' }, { NickName: 'Renamed' })
    const [impostor, renamed] = contacts as [Contact, Contact]
    expect(ids[0]?.puid).toBe(before[0]?.puid)
    expect(events.guessed).toHaveLength(1)
    known.reveal(impostor.UserName, 'wxid_impostor')
    const corrected = known.settle([impostor]).corrected
    expect(corrected).toEqual([
      { contact: impostor, puid: known.get(impostor.UserName)?.puid, previous: before[0]?.puid },
    ])
    expect(known.get(impostor.UserName)?.puid).not.toBe(before[0]?.puid)
    known.reveal(renamed.UserName, 'wxid_boss')
    known.settle([renamed])
    expect(known.get(renamed.UserName)).toEqual({ puid: before[0]?.puid, certain: true })
  })

  test('takes a puid back from whom it was guessed for', () => {
    const { known, login } = identities()
    const before = login({ NickName: 'Boss', id: 'wxid_boss' }).ids
    const { contacts } = login({ NickName: 'Boss' }, { NickName: 'Renamed' })
    const [impostor, renamed] = contacts as [Contact, Contact]
    known.reveal(renamed.UserName, 'wxid_boss')
    const { corrected } = known.settle([renamed])
    expect(corrected.map(({ contact }) => contact)).toEqual([impostor, renamed])
    expect(known.get(renamed.UserName)).toEqual({ puid: before[0]?.puid, certain: true })
    expect(known.get(impostor.UserName)).toMatchObject({ certain: false })
    expect(known.get(impostor.UserName)?.puid).not.toBe(before[0]?.puid)
  })

  test('of a guess that was wrong does not stay with whom it was guessed to be', () => {
    const { known, login } = identities()
    const before = login({ NickName: 'Boss' }).ids
    const { contacts, ids } = login({ NickName: 'Boss' }, { NickName: 'X' })
    const [guessed, other] = contacts as [Contact, Contact]
    const reveal = (contact: Contact, id: string) => {
      known.reveal(contact.UserName, id)
      return known.settle([contact]).corrected.map((one) => one.contact)
    }
    expect(reveal(guessed, 'wxid_1')).toEqual([])
    expect(reveal(guessed, 'wxid_2')).toEqual([guessed])
    expect(reveal(other, 'wxid_1')).toEqual([])
    expect(known.get(other.UserName)).toEqual(ids[1])
    expect(ids[1]?.puid).not.toBe(before[0]?.puid)
  })

  test('leads to whom it belonged before, also when another id of the same person is known already', () => {
    const { known, login } = identities()
    const before = login({ NickName: 'Boss', id: 'wxid_boss' }).ids
    const { contacts, ids } = login({ NickName: 'Boss' }, { NickName: 'Renamed', Uin: 7 })
    const [impostor, renamed] = contacts as [Contact, Contact]
    expect(ids[0]?.puid).toBe(before[0]?.puid)
    known.reveal(renamed.UserName, 'wxid_boss')
    expect(known.settle([renamed]).corrected.map(({ contact }) => contact)).toEqual([impostor, renamed])
    expect(known.get(renamed.UserName)).toEqual({ puid: before[0]?.puid, certain: true })
  })

  test('everybody in a large account at once takes as many steps as there are people', () => {
    const { known } = identities()
    const COUNT = 2_000
    const people = Array.from({ length: COUNT }, (_, n) => person({ NickName: `${n}` }))
    known.settle(people)
    let reads = 0
    for (const one of known.known) {
      let { id } = one
      Object.defineProperty(one, 'id', {
        enumerable: true,
        get: () => {
          reads++
          return id
        },
        set: (value: string) => {
          id = value
        },
      })
    }
    for (const [n, { UserName }] of people.entries()) known.reveal(UserName, `wxid_${n}`)
    known.settle(people)
    expect(new Set(known.known.map((one) => one.id)).size).toBe(COUNT)
    expect(reads).toBeLessThan(COUNT * 50)
  })
})

describe('an attack', () => {
  test('friends who swap nicknames are guesses, or told apart by what this account calls them', () => {
    const bare = identities()
    bare.login({ NickName: 'A' }, { NickName: 'B' })
    const swapped = bare.login({ NickName: 'B' }, { NickName: 'A' })
    expect(swapped.ids.map((id) => id?.certain)).toEqual([false, false])
    expect(swapped.events.guessed).toHaveLength(2)
    const named = identities()
    const before = named.login({ NickName: 'A', RemarkName: 'R' }, { NickName: 'B', RemarkName: 'S' }).ids
    const now = named.login({ NickName: 'B', RemarkName: 'R' }, { NickName: 'A', RemarkName: 'S' })
    expect(now.ids).toEqual(before.map((id) => ({ puid: id?.puid, certain: false })))
    expect(now.events.guessed).toHaveLength(2)
  })

  test.each([
    ['its own Uin', { Uin: 6 }, { NickName: 'Z', Uin: 6 }],
    ['its own id', { id: 'wxid_6' }, { NickName: 'Z', id: 'wxid_6' }],
    ['the remark it is given', { RemarkName: 'R' }, { NickName: 'A', RemarkName: 'R' }],
  ])('who takes a name over never becomes certain by %s', (_, learned, later) => {
    const { known, login } = identities()
    const [friend] = login({ NickName: 'A' }).ids
    const { contacts, ids } = login({ NickName: 'A' })
    const [impostor] = contacts as [Contact]
    expect(ids).toEqual([{ puid: friend?.puid, certain: false }])
    const { id, ...fields } = learned as { id?: string }
    if (id) known.reveal(impostor.UserName, id)
    known.settle([person({ NickName: 'A', ...fields, UserName: impostor.UserName })])
    for (let more = 0; more < 2; more++) {
      const { contacts, ids, events } = login(later)
      expect(ids).toEqual([{ puid: friend?.puid, certain: false }])
      expect(events.guessed).toHaveLength(1)
      known.settle(contacts)
      expect(known.get((contacts[0] as Contact).UserName)?.certain).toBe(false)
    }
  })

  test('who took a name over never becomes certain by a correction', () => {
    const { known, login } = identities()
    const [friend] = login({ NickName: 'A' }).ids
    login({ NickName: 'A', Uin: 6 })
    const { contacts } = login({ NickName: 'Z' })
    const [impostor] = contacts as [Contact]
    known.settle([person({ NickName: 'Z', Uin: 6, UserName: impostor.UserName })])
    expect(known.get(impostor.UserName)).toEqual({ puid: friend?.puid, certain: false })
  })

  test('an id from before a guess settles it, also a session later', () => {
    const { login } = identities()
    const [friend] = login({ NickName: 'A', id: 'wxid_a' }).ids
    expect(login({ NickName: 'A' }).ids).toEqual([{ puid: friend?.puid, certain: false }])
    expect(login({ NickName: 'Z', id: 'wxid_a' }).ids).toEqual([{ puid: friend?.puid, certain: true }])
  })

  test('who was new because of a look-alike is certain once a permanent id says so', () => {
    const { login } = identities()
    login({ NickName: 'A' })
    const { ids } = login({ NickName: 'A', Uin: 5 }, { NickName: 'A', Uin: 6 })
    expect(ids.map((id) => id?.certain)).toEqual([false, false])
    expect(login({ NickName: 'B', Uin: 5 }).ids).toEqual([{ puid: ids[0]?.puid, certain: true }])
  })

  test('groups of one topic, and groups without one, are not taken for each other', () => {
    const room = (fields: object) => ({ UserName: `@@${session++}`, ...fields })
    const { login } = identities()
    const before = login(room({ NickName: 'T' }), room({ NickName: 'T' }), room({})).ids.map((id) => id?.puid)
    const after = login(room({ NickName: 'T' }), room({ NickName: 'T' }), room({}))
    expect(after.ids.filter((id) => before.includes(id?.puid))).toEqual([])
    expect(after.events.guessed).toEqual([])
  })
})
