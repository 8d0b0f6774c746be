import { VERIFY_FLAG } from '../../transports/web/wire/contact.js'
import type { Person } from '../world/person.js'
import type { World } from '../world/world.js'
import type { RecordedWorld } from './schema.js'

type RecordedPerson = RecordedWorld['owner']

/** Returns a spec from which a world with the same people and groups, under the same ids, can be built. */
export function worldSpec(world: World): RecordedWorld {
  const people = [...world.people.values()].filter((person) => person !== world.owner && person.kind !== 'builtin')
  // A group without the account cannot be built, and nothing that happens in it concerns a program.
  const groups = [...world.groups.values()].filter((group) => world.member(group, world.owner.id) !== undefined)
  const persons = people.filter((person) => person.kind === 'person')
  return {
    language: world.language,
    owner: personSpec(world.owner),
    friends: persons.filter((person) => person.isContact).map(personSpec),
    officials: people
      .filter((person) => person.kind === 'official')
      .map((person) => ({ ...personSpec(person), verified: (person.verifyFlag & VERIFY_FLAG.verified) !== 0 })),
    strangers: persons.filter((person) => !person.isContact).map(personSpec),
    groups: groups.map((group) => ({
      topic: group.topic,
      id: group.id,
      members: group.members
        .filter((member) => member.id !== world.owner.id)
        .map(({ id, displayName }) => ({ name: world.people.get(id)?.name ?? '', id, displayName })),
      owner: group.ownerId,
      ownDisplayName: world.member(group, world.owner.id)?.displayName ?? '',
      saved: group.saved,
      renameBy: group.renameBy,
      pinned: group.pinned,
      muted: group.muted,
    })),
  }
}

/** Fields with their default value are left out. */
function personSpec(person: Person): RecordedPerson {
  const { name, id, sex, starred, pinned, muted } = person
  const latin = name.replace(/[^A-Za-z0-9]/g, '')
  const remarkLatin = person.remark.replace(/[^A-Za-z0-9]/g, '')
  const spec: RecordedPerson = { name, id }
  const add = (field: TextField, standard: string) => {
    if (person[field] !== standard) spec[field] = person[field]
  }
  for (const field of ['remark', 'alias', 'province', 'city', 'signature'] as const) add(field, '')
  add('initials', latin.toUpperCase())
  add('pinyin', latin.toLowerCase())
  add('remarkInitials', remarkLatin.toUpperCase())
  add('remarkPinyin', remarkLatin.toLowerCase())
  if (sex !== 0) spec.sex = sex
  if (starred) spec.starred = true
  if (pinned) spec.pinned = true
  if (muted) spec.muted = true
  return spec
}

type TextField =
  | 'remark'
  | 'alias'
  | 'province'
  | 'city'
  | 'signature'
  | 'initials'
  | 'pinyin'
  | 'remarkInitials'
  | 'remarkPinyin'
