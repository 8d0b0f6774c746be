import type { Core } from '../core.js'
import { messageView, personView } from '../views/views.js'
import type { Person } from '../world/person.js'
import * as rules from '../world/person-rules.js'
import { json } from './guard.js'
import { ApiRefusal } from './refusal.js'

/** Adds a person to the world. */
export function add({ world }: Core, body: { name: string; isContact?: boolean | undefined }): Response {
  return json(personView(rules.addPerson(world, body.name.trim(), body.isContact ?? false)))
}

/** Sends a friend request from a person outside the address book. */
export function requestFriendship(core: Core, id: string, { greeting }: { greeting: string }): Response {
  const { world } = core
  const person = findPerson(core, id)
  if (person.isContact || person.kind !== 'person') {
    throw new ApiRefusal(
      409,
      `Cannot send a friend request from ${person.name}: expected a person outside the address book.`,
    )
  }
  return json(messageView(world, world.requestFriendship(person, greeting)))
}

export function rename(core: Core, id: string, { name }: { name: string }): Response {
  const person = findPerson(core, id)
  rules.renamePerson(core.world, person, name.trim())
  return json(personView(person))
}

export function unfriend(core: Core, id: string): Response {
  const person = findPerson(core, id)
  rules.unfriend(core.world, person)
  return json(personView(person))
}

/** Refuses an unknown person id. */
export function findPerson({ world }: Core, id: string): Person {
  const person = world.people.get(id)
  if (!person) throw new ApiRefusal(404, `Unknown person id "${id}".`)
  return person
}
