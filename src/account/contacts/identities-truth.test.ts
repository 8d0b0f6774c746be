import { expect, test } from 'vitest'
import { contactFrom } from '../../../test/support/contact.js'
import fc from '../../../test/support/property.js'
import type { Contact } from '../../contact/contact.js'
import { Identities } from './identities.js'

const PEOPLE = [1, 2, 3, 4, 5, 6]

/** Somebody in one session: people choose any nickname, and their permanent ids are theirs alone. */
const present = fc.record({
  person: fc.constantFrom(...PEOPLE),
  nickName: fc.constantFrom('', 'A', 'B'),
  tellsUin: fc.boolean(),
})
/** What comes to light later: the real id, or the Uin. */
const reveals = fc.array(fc.record({ at: fc.nat(5), trait: fc.constantFrom('id', 'uin') }), { maxLength: 10 })
const session = fc.record({
  people: fc.uniqueArray(present, { minLength: 1, maxLength: 6, selector: ({ person }) => person }),
  reveals,
})

test('whatever comes to light in whatever order, no puid is certain of two people', () => {
  fc.assert(
    fc.property(fc.array(session, { minLength: 2, maxLength: 5 }), (sessions) => {
      const identities = new Identities(() => 0)
      /** Whose a `puid` was for sure when a session ended. */
      const truth = new Map<string, number>()
      for (const [index, { people, reveals }] of sessions.entries()) {
        identities.reset()
        const describe = (at: number, tellsUin = people[at]?.tellsUin) => {
          const { person, nickName } = people[at] as (typeof people)[number]
          const Uin = tellsUin ? { Uin: person } : {}
          const sent = { UserName: `@${index}-${person}`, NickName: nickName, ContactFlag: 1, ...Uin }
          return { person, contact: contactFrom(sent) }
        }
        const now = people.map((_, at) => describe(at))
        const settle = (contacts: Contact[]) => {
          for (const { puid, previous } of identities.settle(contacts).corrected) expect(puid).not.toBe(previous)
          const known = now.map(({ contact }) => identities.get(contact.UserName))
          expect(new Set(known.map((one) => one?.puid)).size).toBe(now.length)
          for (const [at, one] of known.entries()) {
            if (one?.certain && truth.has(one.puid)) expect(truth.get(one.puid)).toBe(now[at]?.person)
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
          const one = identities.get(contact.UserName)
          if (one?.certain) truth.set(one.puid, person)
        }
      }
    }),
    { numRuns: 600 },
  )
})
