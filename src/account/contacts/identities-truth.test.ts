import { expect, test } from 'vitest'
import { contactFrom } from '../../../test/support/contact.js'
import fc from '../../../test/support/property.js'
import type { Contact } from '../../contact/contact.js'
import { Identities } from './identities.js'

const PEOPLE = [1, 2, 3, 4, 5, 6]

/** A person in one session: nicknames are arbitrary, permanent ids are unique. */
const present = fc.record({
  person: fc.constantFrom(...PEOPLE),
  nickName: fc.constantFrom('', 'A', 'B'),
  hasUin: fc.boolean(),
})
/** What is revealed later: the real id or the Uin. */
const reveals = fc.array(fc.record({ at: fc.nat(5), trait: fc.constantFrom('id', 'uin') }), { maxLength: 10 })
const session = fc.record({
  people: fc.uniqueArray(present, { minLength: 1, maxLength: 6, selector: ({ person }) => person }),
  reveals,
})

test('never matches a puid to two people with certainty, regardless of the order in which ids are revealed', () => {
  fc.assert(
    fc.property(fc.array(session, { minLength: 2, maxLength: 5 }), (sessions) => {
      const identities = new Identities(() => 0)
      /** The person behind each certain `puid` at the end of a session. */
      const truth = new Map<string, number>()
      for (const [index, { people, reveals }] of sessions.entries()) {
        identities.reset()
        const describe = (at: number, hasUin = people[at]?.hasUin) => {
          const { person, nickName } = people[at] as (typeof people)[number]
          const Uin = hasUin ? { Uin: person } : {}
          const sent = { UserName: `@${index}-${person}`, NickName: nickName, ContactFlag: 1, ...Uin }
          return { person, contact: contactFrom(sent) }
        }
        const now = people.map((_, at) => describe(at))
        const settle = (contacts: Contact[]) => {
          for (const { puid, previous } of identities.settle(contacts).corrected) expect(puid).not.toBe(previous)
          const known = now.map(({ contact }) => identities.get(contact.UserName))
          expect(new Set(known.map((identity) => identity?.puid)).size).toBe(now.length)
          for (const [at, identity] of known.entries()) {
            if (identity?.certain && truth.has(identity.puid)) expect(truth.get(identity.puid)).toBe(now[at]?.person)
          }
        }
        settle(now.map(({ contact }) => contact))
        for (const { at, trait } of reveals) {
          if (at >= now.length) continue
          if (trait === 'uin') now[at] = describe(at, true)
          const { contact, person } = now[at] as (typeof now)[number]
          if (trait === 'id') identities.reveal(contact.UserName, `wxid_${person}`)
          settle([contact])
        }
        for (const { contact, person } of now) {
          const identity = identities.get(contact.UserName)
          if (identity?.certain) truth.set(identity.puid, person)
        }
      }
    }),
    { numRuns: 600 },
  )
})
