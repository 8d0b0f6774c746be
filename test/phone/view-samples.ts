import { reduce } from '../../src/phone/store/reduce.js'
import { initialState, type State } from '../../src/phone/store/state.js'
import type { ChatView, ClawbotView, MessageView, PersonView, StateView } from '../../src/sandbox/control/view.js'

export function message(id: string, more: Partial<MessageView> = {}): MessageView {
  return {
    id,
    chatId: 'a',
    speaker: 'a',
    origin: 'person',
    kind: 'text',
    content: { text: `text ${id}` },
    text: `text ${id}`,
    at: Number(id) * 1000,
    mentionsOwner: false,
    delivered: false,
    ...more,
  } as MessageView
}

export function chat(id: string, more: Partial<ChatView> = {}): ChatView {
  return { id, kind: 'friend', name: id, pinned: false, muted: false, unread: 0, mentioned: false, ...more }
}

export function person(id: string, name: string, more: Partial<PersonView> = {}): PersonView {
  return { id, kind: 'person', name, remark: '', alias: '', pinyin: '', isContact: true, ...more }
}

export function clawbot(more: Partial<ClawbotView> = {}): ClawbotView {
  return {
    chatId: 'clawbot',
    login: { state: 'none' },
    limits: { quota: 10, quotaLeft: 10, isShadowed: false },
    dropped: [],
    ...more,
  }
}

export function view(more: Partial<StateView> = {}): StateView {
  return {
    worldId: 'w1',
    eventId: 0,
    accounts: [{ id: 1, name: '陈一舟', owner: 'me', status: 'offline' }],
    owner: 'me',
    login: { state: 'none' },
    clawbot: clawbot(),
    people: [person('me', '陈一舟'), person('a', '林小满')],
    chats: [chat('a')],
    requests: [],
    refused: [],
    faults: [],
    recording: { state: 'none', files: [] },
    ...more,
  }
}

/** The page's state after loading `view(more)`. */
export function loaded(more: Partial<StateView> = {}): State {
  return reduce(initialState(), { type: 'loaded', state: view(more) })
}
