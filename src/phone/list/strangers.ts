import type { PersonView } from '../../sandbox/control/view.js'
import type { State } from '../store/state.js'

/** People who are not friends of the account: members of its groups, and others. */
export function strangersOf({ people, owner }: Pick<State, 'people' | 'owner'>): PersonView[] {
  return Object.values(people).filter(({ id, kind, isContact }) => kind === 'person' && !isContact && id !== owner)
}

/** Whether the person is not yet a friend, and the last message in their chat is a friend request. */
export function hasPendingRequest({ chats, people }: Pick<State, 'chats' | 'people'>, id: string): boolean {
  return !people[id]?.isContact && chats.some((chat) => chat.id === id && chat.last?.kind === 'friendRequest')
}
