import { SandboxError } from '../errors.js'
import type { Group } from './group.js'
import type { Person } from './person.js'
import { checkName, NAME_LIMIT } from './person-rules.js'
import type { World } from './world.js'

/** A member changes the topic; throws where only the group's owner may. */
export function renameGroup(world: World, group: Group, topic: string, byId = group.ownerId): void {
  accountInside(world, group)
  memberOf(world, group, byId)
  checkName(topic)
  if (group.renameBy === 'owner' && byId !== group.ownerId) {
    throw new SandboxError(`only the owner of ${group.topic} may rename it`)
  }
  if (topic !== group.topic) world.rename(group, topic, byId)
}

/** Somebody joins, invited by a member; throws when they are in it already. */
export function addToGroup(world: World, group: Group, people: readonly Person[], byId = group.ownerId): void {
  if (!people.includes(world.owner)) accountInside(world, group)
  memberOf(world, group, byId)
  for (const person of people) {
    if (person.kind !== 'person') throw new SandboxError(`${person.name} is no person and joins no group`)
    if (world.member(group, person.id)) throw new SandboxError(`${person.name} is in ${group.topic} already`)
  }
  world.addMembers(group, people, byId)
}

/** The group's owner removes members, or somebody leaves; throws when anybody else tries. */
export function removeFromGroup(world: World, group: Group, people: readonly Person[], byId = group.ownerId): void {
  accountInside(world, group)
  memberOf(world, group, byId)
  for (const person of people) {
    memberOf(world, group, person.id)
    if (byId !== group.ownerId && byId !== person.id) {
      throw new SandboxError(`only the owner of ${group.topic} may remove members`)
    }
  }
  if (people.length > 0) world.removeMembers(group, people, byId)
}

/** Sets a member's name in the group; `''` takes it away. */
export function nameInGroup(world: World, group: Group, personId: string, displayName: string): void {
  accountInside(world, group)
  memberOf(world, group, personId)
  if (displayName.length > NAME_LIMIT) throw new SandboxError(`a name has at most ${NAME_LIMIT} characters`)
  world.setDisplayName(group, personId, displayName.trim())
}

function memberOf(world: World, group: Group, personId: string): void {
  if (world.member(group, personId)) return
  throw new SandboxError(`${world.people.get(personId)?.name ?? personId} is no member of ${group.topic}`)
}

/** What happens in a group the account has left is not told to it. */
function accountInside(world: World, group: Group): void {
  if (!world.member(group, world.owner.id)) throw new SandboxError(`the account is no member of ${group.topic}`)
}
