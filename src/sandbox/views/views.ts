import { qrRows } from '../encode/picture.js'
import type { LoginAttempt } from '../session/login-attempt.js'
import type { Logins } from '../session/logins.js'
import type { Sessions } from '../session/sessions.js'
import { CLAWBOT } from '../world/clawbot.js'
import { seenByProgram, textOf } from '../world/describe.js'
import type { Medium } from '../world/medium.js'
import type { Message } from '../world/message.js'
import type { Person } from '../world/person.js'
import type { World } from '../world/world.js'
import type { ChatView, LoginState, LoginView, MediaView, MessageView, PersonView } from './view.js'

/** The login state for the page. A pending QR code takes precedence over an older session. */
export function loginView(logins: Logins, sessions: Sessions, url: string): LoginView {
  const attempt = logins.latest
  const session = sessions.latest
  if (!attempt) return { state: 'none' }
  const pending = attempt.open || (attempt.state === 'confirmed' && !attempt.used)
  if (session && !pending && (session.endCode === undefined || session.loginAt >= attempt.createdAt)) {
    const base = { uuid: attempt.uuid, link: scanLink(url, attempt) }
    if (session.endCode !== undefined) return { ...base, state: 'loggedOut', logoutReason: session.endCode }
    return { ...base, state: session.polled ? 'online' : 'initialising' }
  }
  const link = scanLink(url, attempt)
  const view: LoginView = { state: attemptState(attempt), uuid: attempt.uuid, link, expiresAt: attempt.expiresAt }
  if (attempt.refusal !== undefined) return { ...view, state: 'cancelled', refusal: attempt.refusal }
  if (attempt.state !== 'waiting') return view
  return { ...view, qr: qrRows(link).map((row) => row.map(Number).join('')) }
}

/** The link encoded in the QR code of a login attempt. */
export function scanLink(url: string, attempt: LoginAttempt): string {
  return `${url}/l/${attempt.uuid}`
}

function attemptState(attempt: LoginAttempt): LoginState {
  if (attempt.state === 'waiting') return 'waitingForScan'
  if (attempt.state === 'scanned') return 'waitingForConfirm'
  return attempt.state
}

export function personView(person: Person): PersonView {
  return {
    id: person.id,
    kind: person.kind,
    name: person.name,
    remark: person.remark,
    alias: person.alias,
    pinyin: [person.initials, person.remarkInitials, person.pinyin, person.remarkPinyin]
      .filter(Boolean)
      .join(' ')
      .toLowerCase(),
    isContact: person.isContact,
  }
}

export function messageView(world: World, message: Message): MessageView {
  const sees = seenByProgram(message, world.texts)
  return {
    id: message.id,
    chatId: message.chatId,
    speaker: message.speaker,
    origin: message.origin,
    text: textOf(message.content),
    ...contentView(world, message),
    at: message.at,
    ...(sees === undefined ? {} : { sees }),
    mentionsOwner: world.mentionsOwner(message),
    delivered: message.delivered,
    ...(message.replyMs === undefined ? {} : { replyMs: message.replyMs }),
    ...(message.recalled ? { recalled: true as const } : {}),
    ...(message.isBroken ? { isBroken: true as const } : {}),
  }
}

type KindAndContent = MessageView extends infer View
  ? View extends MessageView
    ? Pick<View, 'kind' | 'content'>
    : never
  : never

/** The kind and the content, with a URL in place of the media bytes. */
function contentView(world: World, message: Message): KindAndContent {
  const { kind, ...content } = message.content
  const shown = 'media' in content ? { ...content, media: mediaView(world, message, content.media) } : content
  // Both values are from the same message, but the compiler cannot see that they correspond.
  return { kind, content: shown } as KindAndContent
}

function mediaView({ account }: World, message: Message, medium: Medium): MediaView {
  const { id: _, md5: __, ...details } = medium
  const path = `/api/media/${message.id}`
  const query = account === 1 ? '' : `?account=${account}`
  const hasThumb = message.content.kind === 'image' || message.content.kind === 'video'
  return { url: path + query, ...(hasThumb ? { thumbUrl: `${path}/thumb${query}` } : {}), ...details }
}

export function chatView(world: World, chatId: string): ChatView {
  const conversation = world.conversations.get(chatId)
  const group = world.groups.get(chatId)
  const person = world.people.get(chatId)
  const last = conversation?.last
  return {
    id: chatId,
    kind: chatId === CLAWBOT ? 'clawbot' : group ? 'group' : kindOf(person),
    name: chatId === CLAWBOT ? 'ClawBot' : (group?.topic ?? (person?.remark || person?.name) ?? chatId),
    pinned: (group ?? person)?.pinned ?? false,
    muted: (group ?? person)?.muted ?? false,
    unread: conversation?.unread ?? 0,
    mentioned: conversation?.mentioned ?? false,
    ...(last ? { last: messageView(world, last) } : {}),
    ...(group
      ? { members: group.members.map((member) => ({ ...member })), ownerId: group.ownerId, renameBy: group.renameBy }
      : {}),
  }
}

function kindOf(person: Person | undefined): ChatView['kind'] {
  return person?.kind === 'person' ? 'friend' : (person?.kind ?? 'friend')
}

/** All contacts, groups and other conversations: the pinned ones first, then the most recent. */
export function chatViews(world: World): ChatView[] {
  const ids = new Set([...world.groups.keys(), ...world.conversations.keys()])
  for (const person of world.people.values()) {
    if (person.isContact && person !== world.owner && person.id !== 'fmessage') ids.add(person.id)
  }
  return [...ids]
    .map((id) => chatView(world, id))
    .sort((a, b) => Number(b.pinned) - Number(a.pinned) || (b.last?.at ?? 0) - (a.last?.at ?? 0))
}
