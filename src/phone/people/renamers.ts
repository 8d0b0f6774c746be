import type { ChatView } from '../../sandbox/control/view.js'

/** Ids of the members who may rename a group, its owner first. */
export function renamersOf({ members = [], ownerId, renameBy }: ChatView): string[] {
  const others = members.map(({ id }) => id).filter((id) => id !== ownerId)
  return [...(ownerId === undefined ? [] : [ownerId]), ...(renameBy === 'owner' ? [] : others)]
}
