import type { ChatView } from '../../sandbox/control/view.js'

export const FILTERS = ['all', 'friends', 'groups', 'officials'] as const
export type Filter = (typeof FILTERS)[number]

/** Whether the chat passes the filter; built-in helpers count as friends. The ClawBot is in the other half of the page. */
export function passesFilter(chat: Pick<ChatView, 'kind'>, filter: Filter): boolean {
  switch (filter) {
    case 'all':
      return chat.kind !== 'clawbot'
    case 'friends':
      return chat.kind === 'friend' || chat.kind === 'builtin'
    case 'groups':
      return chat.kind === 'group'
    case 'officials':
      return chat.kind === 'official'
  }
}
