import type { ChatView } from '../../sandbox/control/view.js'
import type { People } from '../store/select.js'

/** Ids of the people who could join a group: friends first. */
export function outsidersOf({ members = [] }: ChatView, people: People): string[] {
  const inside = new Set(members.map((member) => member.id))
  return Object.values(people)
    .filter((person) => person.kind === 'person' && !inside.has(person.id))
    .toSorted((a, b) => Number(b.isContact) - Number(a.isContact))
    .map((person) => person.id)
}
