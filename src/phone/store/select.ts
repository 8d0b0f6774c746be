import {
  type ChatView,
  CLAWBOT,
  type MemberView,
  type MessageView,
  type PersonView,
} from '../../sandbox/control/view.js'
import { plainName } from '../text/file-name.js'
import { draftKey, type Half, type State } from './state.js'

export type People = State['people']

/** What a person's avatar shows. */
export type Named = Pick<PersonView, 'id' | 'kind' | 'name' | 'remark'>

/** The account's name for a person: remark, name or id, made safe to stand in a sentence. */
export function personName(person: Named | undefined, id = ''): string {
  return plainName(person?.remark || person?.name || id)
}

/** A member's name as seen and mentioned in the group. */
export function roomName(member: MemberView, people: People): string {
  return member.displayName || people[member.id]?.name || member.id
}

/** The speaker's name as the account sees it above a bubble. */
export function speakerName(chat: ChatView, speaker: string, people: People): string {
  if (speaker === CLAWBOT) return chat.name
  const person = people[speaker]
  const member = chat.members?.find(({ id }) => id === speaker)
  return plainName(person?.remark || member?.displayName || person?.name || speaker)
}

/** Whether a message is shown on the right: it is from the account, or in the ClawBot chat from the account's phone. */
export function isOwn({ origin }: Pick<MessageView, 'origin'>, { kind }: Pick<ChatView, 'kind'>): boolean {
  return origin === 'phone' || (origin === 'bot' && kind !== 'clawbot')
}

/** The chat with this id; a person without messages, and the ClawBot before its first one, get an empty one. */
export function chatOf(state: Pick<State, 'chats' | 'people'>, id: string): ChatView | undefined {
  const chat = state.chats.find((candidate) => candidate.id === id)
  if (chat) return chat
  const empty = { id, pinned: false, muted: false, unread: 0, mentioned: false }
  if (id === CLAWBOT) return { ...empty, kind: 'clawbot', name: 'ClawBot' }
  const person = state.people[id]
  if (!person) return undefined
  return { ...empty, kind: person.kind === 'person' ? 'friend' : person.kind, name: personName(person, id) }
}

/** Id of the chat in the visible half of the page. */
export function shownChat({ half, open, clawbot }: Pick<State, 'half' | 'open' | 'clawbot'>): string | undefined {
  return half === 'clawbot' ? clawbot.chatId : open
}

/** Whether a program in a half of the page is waiting for the phone. */
export function isHalfWaiting({ login, clawbot }: Pick<State, 'login' | 'clawbot'>, half: Half): boolean {
  if (half === 'web') return login.state === 'waitingForScan' || login.state === 'waitingForConfirm'
  return ['waiting', 'verifyCode', 'scanned'].includes(clawbot.login.state)
}

/** Whether a program in a half of the page is waiting for the phone, or has logged in. */
export function hasProgram(state: Pick<State, 'login' | 'clawbot'>, half: Half): boolean {
  const { login, clawbot } = state
  const isLoggedIn =
    half === 'web'
      ? ['confirmed', 'initialising', 'online'].includes(login.state)
      : clawbot.login.state === 'bound' && clawbot.binding?.online === true
  return isLoggedIn || isHalfWaiting(state, half)
}

/** The chats of a half of the page. */
export function chatsOf(chats: readonly ChatView[], half: Half): ChatView[] {
  return chats.filter((chat) => (chat.kind === 'clawbot') === (half === 'clawbot'))
}

/** Ids of the people who can speak in a chat, in the order of the keys Alt+1 to Alt+9; the owner comes first if included. */
export function speakersOf(chat: ChatView, owner: string): string[] {
  switch (chat.kind) {
    case 'friend':
      return [owner, chat.id]
    case 'group': {
      const members = (chat.members ?? []).map((member) => member.id)
      return [...members.filter((id) => id === owner), ...members.filter((id) => id !== owner)]
    }
    case 'official':
      return [chat.id]
    case 'builtin':
      return [chat.id === 'filehelper' ? owner : chat.id]
    case 'clawbot':
      return [owner]
  }
}

/** The current speaker: the last one chosen, otherwise the first one other than the account. */
export function speakerOf(state: Pick<State, 'speakers' | 'owner'>, chat: ChatView): string {
  const possible = speakersOf(chat, state.owner)
  const chosen = state.speakers[chat.id]?.find((id) => possible.includes(id))
  return chosen ?? possible.find((id) => id !== state.owner) ?? state.owner
}

/** The current speaker's draft in this chat, otherwise any other speaker's, otherwise `''`. */
export function draftOf(state: Pick<State, 'drafts' | 'speakers' | 'owner'>, chat: ChatView): string {
  const now = state.drafts[draftKey(chat.id, speakerOf(state, chat))]
  if (now) return now.text
  const prefix = draftKey(chat.id, '')
  for (const [key, draft] of Object.entries(state.drafts)) if (key.startsWith(prefix)) return draft.text
  return ''
}

export function unreadTotal(chats: readonly ChatView[]): number {
  return chats.reduce((sum, chat) => sum + (chat.muted ? 0 : chat.unread), 0)
}

/** Whether the stream is still down after the first reconnect attempt. */
export function isOffline(state: Pick<State, 'link'>): boolean {
  return !state.link.up && state.link.attempt > 1
}
