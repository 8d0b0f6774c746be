import { SandboxError } from '../errors.js'
import type { Group } from './group.js'
import type { Person } from './person.js'
import { checkName, NAME_LIMIT } from './person-rules.js'
import type { World } from './world.js'

/** Changes the topic on behalf of a member. Throws if only the group's owner may change it. */
export function renameGroup(world: World, group: Group, topic: string, byId = group.ownerId): void {
  requireAccountMember(world, group)
  requireMember(world, group, byId)
  checkName(topic)
  if (group.renameBy === 'owner' && byId !== group.ownerId) {
    throw new SandboxError(`Only the owner of ${group.topic} may rename it.`)
  }
  if (topic === group.topic) return
  world.rename(group, topic, byId)
  world.events.emit('acted', { type: 'rename', id: group.id, name: topic, by: byId })
}

/** Adds people invited by a member. Throws for existing members and for accounts that are not people. */
export function addToGroup(world: World, group: Group, people: readonly Person[], byId = group.ownerId): void {
  if (!people.includes(world.owner)) requireAccountMember(world, group)
  requireMember(world, group, byId)
  for (const person of people) requireOutsider(world, group, person)
  world.addMembers(group, people, byId)
  world.events.emit('acted', { type: 'addMembers', chat: group.id, people: people.map(({ id }) => id), by: byId })
}

/** Adds a person who scanned the group's QR code, which a member had shared. Throws as `addToGroup` does. */
export function joinByQr(world: World, group: Group, person: Person, byId = group.ownerId): void {
  requireAccountMember(world, group)
  requireMember(world, group, byId)
  requireOutsider(world, group, person)
  world.joinByQr(group, person, byId)
  world.events.emit('acted', { type: 'joinByQr', chat: group.id, person: person.id, by: byId })
}

/** Removes members. `byId` must be the group's owner, or the only member removed, who then leaves the group. */
export function removeFromGroup(world: World, group: Group, people: readonly Person[], byId = group.ownerId): void {
  requireAccountMember(world, group)
  requireMember(world, group, byId)
  for (const person of people) {
    requireMember(world, group, person.id)
    if (byId !== group.ownerId && byId !== person.id) {
      throw new SandboxError(`Only the owner of ${group.topic} may remove members.`)
    }
  }
  if (people.length === 0) return
  world.removeMembers(group, people, byId)
  world.events.emit('acted', { type: 'removeMembers', chat: group.id, people: people.map(({ id }) => id), by: byId })
}

/** Sets a member's display name in the group. `''` removes it. */
export function setGroupDisplayName(world: World, group: Group, personId: string, displayName: string): void {
  requireAccountMember(world, group)
  requireMember(world, group, personId)
  if (displayName.length > NAME_LIMIT)
    throw new SandboxError(`Invalid name: expected at most ${NAME_LIMIT} characters, found ${displayName.length}.`)
  const name = displayName.trim()
  world.setDisplayName(group, personId, name)
  world.events.emit('acted', { type: 'displayName', chat: group.id, person: personId, name })
}

function requireOutsider(world: World, group: Group, person: Person): void {
  if (person.kind !== 'person')
    throw new SandboxError(
      `Cannot add ${person.name} to a group: expected a person, found an account of kind ${person.kind}.`,
    )
  if (world.member(group, person.id)) throw new SandboxError(`${person.name} is already a member of ${group.topic}.`)
}

function requireMember(world: World, group: Group, personId: string): void {
  if (world.member(group, personId)) return
  throw new SandboxError(`${world.people.get(personId)?.name ?? personId} is not a member of ${group.topic}.`)
}

/** Throws if the account is not a member, because it receives no events from such a group. */
function requireAccountMember(world: World, group: Group): void {
  if (!world.member(group, world.owner.id)) throw new SandboxError(`The account is not a member of ${group.topic}.`)
}
