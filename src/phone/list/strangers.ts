import type { PersonView } from '../../sandbox/control/view.js'
import type { State } from '../store/state.js'

/** People who are no friends of the account: members of its groups, and others. */
export function strangersOf({ people, owner }: Pick<State, 'people' | 'owner'>): PersonView[] {
  return Object.values(people).filter((one) => one.kind === 'person' && !one.isContact && one.id !== owner)
}

/** Somebody asked to become a friend, and that is the last that happened between them. */
export function hasAsked({ chats, people }: Pick<State, 'chats' | 'people'>, id: string): boolean {
  return !people[id]?.isContact && chats.some((chat) => chat.id === id && chat.last?.kind === 'friendRequest')
}
