import type { ChatView } from '../../sandbox/control/view.js'
import { chatOf } from '../store/select.js'
import type { State } from '../store/state.js'
import { matchesChat } from '../text/search.js'
import { type Filter, passesFilter } from './filter.js'

interface ContactSection {
  /** A letter, `#` for any other character, or the kind of chat. */
  title: string
  chats: ChatView[]
}

/** Contacts by section: groups, official accounts, and people by the first letter of their pinyin. */
export function contactSections(
  state: Pick<State, 'chats' | 'people' | 'owner'>,
  filter: Filter,
  query: string,
  titles: { groups: string; officials: string },
): ContactSection[] {
  const { people } = state
  const ids = Object.values(people)
    .filter((person) => person.isContact && person.id !== state.owner)
    .map((person) => person.id)
  const groups = state.chats.filter((chat) => chat.kind === 'group')
  const all = [...groups, ...ids.map((id) => chatOf(state, id)).filter((chat) => chat !== undefined)]
  const sections = new Map<string, ChatView[]>()
  const shown = all.filter((chat) => passesFilter(chat, filter) && matchesChat(chat, query, people))
  for (const chat of shown.toSorted((a, b) => order(a).localeCompare(order(b), 'zh-CN'))) {
    const title = titleOf(chat)
    sections.set(title, [...(sections.get(title) ?? []), chat])
  }
  return [...sections]
    .map(([title, chats]) => ({ title, chats }))
    .toSorted((a, b) => place(a.title) - place(b.title) || a.title.localeCompare(b.title))

  function order(chat: ChatView): string {
    // The list shows the remark, whose pinyin comes last.
    return people[chat.id]?.pinyin.split(' ').at(-1) || chat.name
  }
  function titleOf(chat: ChatView): string {
    if (chat.kind === 'group') return titles.groups
    if (chat.kind === 'official') return titles.officials
    const letter = order(chat).trim()[0]?.toUpperCase() ?? '#'
    return /[A-Z]/.test(letter) ? letter : '#'
  }
  function place(title: string): number {
    const fixed = [titles.groups, titles.officials].indexOf(title)
    return fixed >= 0 ? fixed : title === '#' ? 3 : 2
  }
}
