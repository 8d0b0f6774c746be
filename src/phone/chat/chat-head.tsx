import type { ChatView, PersonView } from '../../sandbox/control/view.js'
import { openChat } from '../client.js'
import { useStore } from '../hooks/use-store.js'
import { useWords } from '../hooks/use-words.js'
import { ChatAvatar } from '../parts/avatar.js'
import { Icon } from '../parts/icon.js'
import { ChatMenuButton } from '../people/chat-menu-button.js'
import type { Words } from '../words/words.js'

/** Name and a second line about the chat; on narrow screens the way back. */
export function ChatHead({ chat }: { chat: ChatView }) {
  const words = useWords()
  const people = useStore((state) => state.people)
  const owner = useStore((state) => state.owner)
  const second = chat.kind === 'group' ? aboutGroup(chat, owner, words) : aboutPerson(chat, people[chat.id], words)
  return (
    <header class="chat-head">
      <button type="button" class="icon-button back" aria-label={words.back} onClick={() => openChat(undefined)}>
        <Icon name="back" />
      </button>
      <ChatAvatar chat={chat} people={people} size={36} />
      <div class="chat-title">
        <h1>{chat.name}</h1>
        {second && <p>{second}</p>}
      </div>
      <ChatMenuButton chat={chat} />
    </header>
  )
}

function aboutGroup(chat: ChatView, owner: string, words: Words): string {
  const members = chat.members ?? []
  const called = members.find((member) => member.id === owner)?.displayName
  const count = words.memberCount(members.length)
  return called ? `${count} · ${words.botIsCalled(called)}` : count
}

function aboutPerson(chat: ChatView, person: PersonView | undefined, words: Words): string {
  if (chat.kind === 'official') return words.official
  if (chat.kind === 'builtin') return chat.id === 'filehelper' ? words.onlyOwner : ''
  if (!person) return ''
  const name = person.remark && person.remark !== person.name ? words.nameIs(person.name) : ''
  return [name, person.alias && words.wechatId(person.alias)].filter(Boolean).join(' · ')
}
