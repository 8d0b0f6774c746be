import type { ChatView } from '../../sandbox/control/view.js'
import type { People } from '../store/select.js'

/** Ids of the people who can be added to a group, friends first. */
export function outsidersOf({ members = [] }: ChatView, people: People): string[] {
  const memberIds = new Set(members.map((member) => member.id))
  return Object.values(people)
    .filter((person) => person.kind === 'person' && !memberIds.has(person.id))
    .toSorted((a, b) => Number(b.isContact) - Number(a.isContact))
    .map((person) => person.id)
}
