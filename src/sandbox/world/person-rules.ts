import { SandboxError } from '../errors.js'
import { makePerson } from './make-person.js'
import type { Person } from './person.js'
import type { World } from './world.js'

/** Maximum length of names. A longer name indicates a mistake. */
export const NAME_LIMIT = 100

/** Renames a person. Throws for a built-in account or an invalid name. */
export function renamePerson(world: World, person: Person, name: string): void {
  if (person.kind === 'builtin')
    throw new SandboxError(`Cannot rename ${person.name}: built-in accounts keep their names.`)
  checkName(name)
  if (name === person.name) return
  world.setName(person, name)
  world.events.emit('acted', { type: 'rename', id: person.id, name })
}

/** Adds a new person, by default a stranger with a generated id. Throws for an invalid name or an id in use. */
export function addPerson(world: World, name: string, isContact = false, id?: string): Person {
  checkName(name)
  if (id !== undefined && world.people.has(id)) throw new SandboxError(`Cannot add a person: the id "${id}" is in use.`)
  const person = makePerson(id === undefined ? name : { name, id }, 'person', world.people.size)
  person.isContact = isContact
  world.add(person)
  world.events.emit('acted', { type: 'addPerson', id: person.id, name, isContact })
  return person
}

/** Ends a friendship or unfollows an official account. Throws for anyone who is not a contact. */
export function unfriend(world: World, person: Person): void {
  if (person === world.owner) throw new SandboxError("Cannot unfriend the account's owner.")
  if (person.kind === 'builtin')
    throw new SandboxError(`Cannot unfriend ${person.name}: built-in accounts stay in the address book.`)
  if (!person.isContact) throw new SandboxError(`Cannot unfriend ${person.name}: expected a friend of the account.`)
  world.unfriend(person)
  world.events.emit('acted', { type: 'unfriend', person: person.id })
}

/** Opens a chat on the phone. Throws for a chat outside the address book, or if no program is logged in. */
export function openOnPhone(world: World, chatId: string, isProgramOnline: boolean): void {
  const group = world.groups.get(chatId)
  const person = world.people.get(chatId)
  if (group && !world.member(group, world.owner.id)) {
    throw new SandboxError(`The account is not a member of ${group.topic}.`)
  }
  if (!group && !person?.isContact) {
    throw new SandboxError(`${person?.name ?? chatId} is not in the address book.`)
  }
  if (!isProgramOnline) throw new SandboxError('open: no program is logged in. Log one in first.')
  world.open(chatId)
  world.events.emit('acted', { type: 'open', chat: chatId })
}

/** Throws if the name is blank or too long. */
export function checkName(name: string): void {
  if (name.trim() === '') throw new SandboxError('Invalid name: expected at least one visible character.')
  if (name.length > NAME_LIMIT)
    throw new SandboxError(`Invalid name: expected at most ${NAME_LIMIT} characters, found ${name.length}.`)
}
