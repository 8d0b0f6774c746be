import type { ChatView, PersonView } from '../../sandbox/control/view.js'
import { ServiceButton } from '../clawbot/service-button.js'
import { Typing } from '../clawbot/typing.js'
import { openChat } from '../client.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import type { Strings } from '../i18n/strings.js'
import { ChatAvatar } from '../parts/avatar.js'
import { Icon } from '../parts/icon.js'
import { ChatMenuButton } from '../people/chat-menu-button.js'
import { plainName } from '../text/file-name.js'

/** The chat's name and subtitle, with a back button on narrow screens. */
export function ChatHead({ chat, onSearch }: { chat: ChatView; onSearch: () => void }) {
  const strings = useStrings()
  const people = useStore((state) => state.people)
  const owner = useStore((state) => state.owner)
  const isClawbot = chat.kind === 'clawbot'
  const subtitle =
    chat.kind === 'group' ? groupSubtitle(chat, owner, strings) : personSubtitle(chat, people[chat.id], strings)
  return (
    <header class="chat-head">
      {!isClawbot && (
        <button type="button" class="icon-button back" aria-label={strings.back} onClick={() => openChat(undefined)}>
          <Icon name="back" />
        </button>
      )}
      <ChatAvatar chat={chat} people={people} size={36} />
      <div class="chat-title">
        <h1>{chat.name}</h1>
        {isClawbot ? <Typing /> : subtitle && <p>{subtitle}</p>}
      </div>
      <button
        type="button"
        class="icon-button"
        aria-label={strings.findInChat}
        title={`${strings.findInChat} (Ctrl F)`}
        onClick={onSearch}
      >
        <Icon name="search" />
      </button>
      {isClawbot ? <ServiceButton place="chat" /> : <ChatMenuButton chat={chat} />}
    </header>
  )
}

function groupSubtitle(chat: ChatView, owner: string, strings: Strings): string {
  const members = chat.members ?? []
  const nickname = members.find((member) => member.id === owner)?.displayName
  const count = strings.memberCount(members.length)
  return nickname ? `${count} · ${strings.botIsCalled(plainName(nickname))}` : count
}

function personSubtitle(chat: ChatView, person: PersonView | undefined, strings: Strings): string {
  if (chat.kind === 'official') return strings.official
  if (chat.kind === 'builtin') return chat.id === 'filehelper' ? strings.onlyOwner : ''
  if (!person) return ''
  const name = person.remark && person.remark !== person.name ? strings.nameIs(plainName(person.name)) : ''
  return [name, person.alias && strings.wechatId(person.alias)].filter(Boolean).join(' · ')
}
