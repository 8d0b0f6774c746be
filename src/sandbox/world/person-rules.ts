import { SandboxError } from '../errors.js'
import type { Person } from './person.js'
import type { World } from './world.js'

/** Longer names come from mistakes alone. */
export const NAME_LIMIT = 100

/** Somebody changes their own name; throws where that cannot be. */
export function renamePerson(world: World, person: Person, name: string): void {
  if (person.kind === 'builtin') throw new SandboxError(`${person.name} comes with every phone and keeps its name`)
  checkName(name)
  if (name !== person.name) world.setName(person, name)
}

/** A friend deletes the account, or an official account is no longer followed; throws for anybody else. */
export function unfriend(world: World, person: Person): void {
  if (person === world.owner) throw new SandboxError('the account cannot leave itself')
  if (person.kind === 'builtin') throw new SandboxError(`${person.name} comes with every phone and stays`)
  if (!person.isContact) throw new SandboxError(`${person.name} is no friend of the account`)
  world.unfriend(person)
}

/**
 * Opens a chat on the phone; throws for somebody who is no contact, or while no program is there to be told.
 */
export function openOnPhone(world: World, chatId: string, isNotified: boolean): void {
  const group = world.groups.get(chatId)
  const person = world.people.get(chatId)
  if (group && !world.member(group, world.owner.id)) {
    throw new SandboxError(`the account is no member of ${group.topic}`)
  }
  if (!group && !person?.isContact) {
    throw new SandboxError(`${person?.name ?? chatId} is not in the address book of the account`)
  }
  if (!isNotified) throw new SandboxError('no program is logged in to be told what the phone opens')
  world.open(chatId)
}

/** Throws for a name nobody could have. */
export function checkName(name: string): void {
  if (name.trim() === '') throw new SandboxError('a name that is not empty is needed')
  if (name.length > NAME_LIMIT) throw new SandboxError(`a name has at most ${NAME_LIMIT} characters`)
}
