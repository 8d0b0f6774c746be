import { describe, expect, test } from 'vitest'
import { contactFrom } from '../../../test/support/contact.js'
import type { Contact } from '../../contact/contact.js'
import { Identities } from './identities.js'

let session = 0
/** A contact as the server sends it at a new login. */
function person(fields: object): Contact {
  const entry = { UserName: `@${session++}`, ContactFlag: 1, ...fields }
  return contactFrom(entry)
}

function identities() {
  const known = new Identities(() => 0)
  return {
    known,
    /** `id` is the real id, revealed before matching. */
    login(...people: ({ id?: string } & Record<string, unknown>)[]) {
      known.reset()
      const contacts = people.map(({ id, ...fields }) => {
        const contact = person(fields)
        if (id) known.reveal(contact.UserName, id)
        return contact
      })
      const events = known.settle(contacts)
      return { contacts, events, ids: contacts.map(({ UserName }) => known.get(UserName)) }
    },
  }
}

describe('across logins', () => {
  test.each([
    ['the Uin, regardless of other changes', { Uin: 5, NickName: 'A' }, { Uin: 5, NickName: 'Z', Alias: 'z' }, true],
    ['the remark and nickname', { RemarkName: 'R', NickName: 'A' }, { RemarkName: 'R', NickName: 'A' }, true],
    ['the remark and WeChat id', { RemarkName: 'R', Alias: 'a' }, { RemarkName: 'R', Alias: 'a', NickName: 'N' }, true],
    ['the WeChat id', { Alias: 'a', NickName: 'A' }, { Alias: 'a', NickName: 'B' }, false],
    ['the remark', { RemarkName: 'R', NickName: 'A' }, { RemarkName: 'R', NickName: 'B' }, false],
    ['the nickname', { NickName: 'A', RemarkName: 'R' }, { NickName: 'A' }, false],
  ])('keeps the puid of a contact matched by %s', (_, before, now, certain) => {
    const { login } = identities()
    const [first] = login(before).ids
    const { ids, events } = login(now)
    expect(ids).toEqual([{ puid: first?.puid, certain }])
    expect(events.guessed).toHaveLength(certain ? 0 : 1)
  })

  test.each([
    ['a different Uin', { Uin: 5, NickName: 'A', RemarkName: 'R' }, { Uin: 6, NickName: 'A', RemarkName: 'R' }],
    ['a different WeChat id', { NickName: 'A', Alias: 'a' }, { NickName: 'A', Alias: 'b' }],
    ['a different kind', { NickName: 'A' }, { NickName: 'A', VerifyFlag: 8 }],
    ['no traits in common', { NickName: '' }, { NickName: '' }],
  ])('assigns a new puid to a contact with %s', (_, before, now) => {
    const { login } = identities()
    const [first] = login(before).ids
    const { ids, events } = login(now)
    expect(ids[0]?.puid).not.toBe(first?.puid)
    expect(events.guessed).toEqual([])
  })

  test('assigns new puids when the match is ambiguous in either direction', () => {
    const { login } = identities()
    const two = login({ NickName: 'A' }, { NickName: 'A' }).ids.map((id) => id?.puid)
    expect(new Set(two).size).toBe(2)
    expect(two).not.toContain(login({ NickName: 'A' }).ids[0]?.puid)
    const other = identities()
    const single = other.login({ NickName: 'B' }).ids[0]?.puid
    expect(other.login({ NickName: 'B' }, { NickName: 'B' }).ids.map((id) => id?.puid)).not.toContain(single)
  })

  test('matches one look-alike by its remark and guesses the other by elimination', () => {
    const { login } = identities()
    const before = login({ NickName: 'A', RemarkName: 'R' }, { NickName: 'A' }).ids
    const { ids } = login({ NickName: 'A' }, { NickName: 'A', RemarkName: 'R' })
    expect(ids).toEqual([
      { puid: before[1]?.puid, certain: false },
      { puid: before[0]?.puid, certain: true },
    ])
  })
})

describe('a revealed permanent id', () => {
  test('confirms a guess only if the same id was known before', () => {
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

  test('corrects a wrong guess and restores the wrongly assigned identity', () => {
    const { known, login } = identities()
    const before = login({ NickName: 'Boss', id: 'wxid_boss' }, { NickName: 'Other', id: 'wxid_other' }).ids
    // The impostor has taken over the name of another contact, whose own name has changed.
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

  test('reclaims a puid from a wrongly guessed contact', () => {
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

  test('is removed from the identity when a wrong guess is corrected', () => {
    const { known, login } = identities()
    const before = login({ NickName: 'Boss' }).ids
    const { contacts, ids } = login({ NickName: 'Boss' }, { NickName: 'X' })
    const [guessed, other] = contacts as [Contact, Contact]
    const reveal = (contact: Contact, id: string) => {
      known.reveal(contact.UserName, id)
      return known.settle([contact]).corrected.map(({ contact }) => contact)
    }
    expect(reveal(guessed, 'wxid_1')).toEqual([])
    expect(reveal(guessed, 'wxid_2')).toEqual([guessed])
    expect(reveal(other, 'wxid_1')).toEqual([])
    expect(known.get(other.UserName)).toEqual(ids[1])
    expect(ids[1]?.puid).not.toBe(before[0]?.puid)
  })

  test('restores the previous puid even if another id of the contact is already known', () => {
    const { known, login } = identities()
    const before = login({ NickName: 'Boss', id: 'wxid_boss' }).ids
    const { contacts, ids } = login({ NickName: 'Boss' }, { NickName: 'Renamed', Uin: 7 })
    const [impostor, renamed] = contacts as [Contact, Contact]
    expect(ids[0]?.puid).toBe(before[0]?.puid)
    known.reveal(renamed.UserName, 'wxid_boss')
    expect(known.settle([renamed]).corrected.map(({ contact }) => contact)).toEqual([impostor, renamed])
    expect(known.get(renamed.UserName)).toEqual({ puid: before[0]?.puid, certain: true })
  })

  test('does not cause quadratic work when all ids in a large account are revealed at once', () => {
    const { known } = identities()
    const COUNT = 2_000
    const people = Array.from({ length: COUNT }, (_, n) => person({ NickName: `${n}` }))
    known.settle(people)
    let reads = 0
    for (const identity of known.known) {
      let { id } = identity
      Object.defineProperty(identity, 'id', {
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
    expect(new Set(known.known.map(({ id }) => id)).size).toBe(COUNT)
    expect(reads).toBeLessThan(COUNT * 50)
  })
})

describe('an attack', () => {
  test('by friends who swap nicknames leads only to guesses, even for contacts with remarks', () => {
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
    ["the impostor's own Uin", { Uin: 6 }, { NickName: 'Z', Uin: 6 }],
    ["the impostor's own id", { id: 'wxid_6' }, { NickName: 'Z', id: 'wxid_6' }],
    ['the remark set for the impostor', { RemarkName: 'R' }, { NickName: 'A', RemarkName: 'R' }],
  ])('by taking over a name never leads to a certain match through %s', (_, learned, later) => {
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

  test('by taking over a name never leads to a certain match through a correction', () => {
    const { known, login } = identities()
    const [friend] = login({ NickName: 'A' }).ids
    login({ NickName: 'A', Uin: 6 })
    const { contacts } = login({ NickName: 'Z' })
    const [impostor] = contacts as [Contact]
    known.settle([person({ NickName: 'Z', Uin: 6, UserName: impostor.UserName })])
    expect(known.get(impostor.UserName)).toEqual({ puid: friend?.puid, certain: false })
  })

  test('is ruled out by an id that is older than the guess, even one session later', () => {
    const { login } = identities()
    const [friend] = login({ NickName: 'A', id: 'wxid_a' }).ids
    expect(login({ NickName: 'A' }).ids).toEqual([{ puid: friend?.puid, certain: false }])
    expect(login({ NickName: 'Z', id: 'wxid_a' }).ids).toEqual([{ puid: friend?.puid, certain: true }])
  })

  test('by a look-alike ends once a permanent id confirms the new identity', () => {
    const { login } = identities()
    login({ NickName: 'A' })
    const { ids } = login({ NickName: 'A', Uin: 5 }, { NickName: 'A', Uin: 6 })
    expect(ids.map((id) => id?.certain)).toEqual([false, false])
    expect(login({ NickName: 'B', Uin: 5 }).ids).toEqual([{ puid: ids[0]?.puid, certain: true }])
  })

  test('through groups with the same topic, or without a topic, never leads to a match', () => {
    const room = (fields: object) => ({ UserName: `@@${session++}`, ...fields })
    const { login } = identities()
    const before = login(room({ NickName: 'T' }), room({ NickName: 'T' }), room({})).ids.map((id) => id?.puid)
    const after = login(room({ NickName: 'T' }), room({ NickName: 'T' }), room({}))
    expect(after.ids.filter((id) => before.includes(id?.puid))).toEqual([])
    expect(after.events.guessed).toEqual([])
  })
})
