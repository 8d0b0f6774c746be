import { LONG_POLL_MS } from '../../transports/web/wire/constants.js'
import { RET } from '../../transports/web/wire/ret.js'
import { SYNC_SELECTOR, type SyncKey, type SyncReply } from '../../transports/web/wire/sync.js'
import { checkSync, checkSyncCheck, recordSyncCheck } from '../conformance/sync.js'
import { EMPTY_SYNC_KEY } from '../encode/at-rest.js'
import { encodeChangedGroup, encodePerson, encodeStub } from '../encode/contact.js'
import { type EncodedMessage, encodeMessage } from '../encode/message.js'
import { EMPTY_PROFILE, encodeProfile } from '../encode/profile.js'
import { syncCheckScript } from '../encode/script.js'
import type { Session } from '../session/session.js'
import type { SyncEvent } from '../session/sync-event.js'
import type { SyncEventPage } from '../session/sync-event-log.js'
import { syncCookies } from './cookies.js'
import { baseResponse, type Exchange } from './exchange.js'
import { hold } from './hold.js'
import { Refusal } from './refusal.js'
import { endRet, findSession, sessionOfBody } from './session-of.js'

/** Holds the poll open until there are sync events after the given key, for at most 25 s. @see docs/protocol.md §5.1 */
export async function synccheck(exchange: Exchange): Promise<Response> {
  const { core } = exchange
  const session = findSession(exchange)
  if (session === undefined || session === 'unnamed') return syncCheckReply(exchange, RET.badCookie, 0)
  const cursor = session.keys.parseText(exchange.query('synckey'), session.log.end)
  if (cursor === undefined) return syncCheckReply(exchange, RET.badParameter, 0)
  const startedAt = core.clock.now()
  // The key acknowledges earlier events, even if the program calls `webwxinit` next. @see docs/protocol.md §14.4
  session.confirmed = Math.max(session.confirmed, cursor)
  const { polls } = session
  checkSyncCheck(exchange, session, startedAt, polls.size > 0)
  if (!session.polled) {
    session.polled = true
    core.sessionChanged()
  }
  polls.add(exchange)
  try {
    await hold(exchange, 'synccheck', session.notifier, LONG_POLL_MS, () =>
      session.endCode !== undefined || session.log.end > cursor ? true : undefined,
    )
  } finally {
    polls.delete(exchange)
  }
  if (session.endCode !== undefined) return syncCheckReply(exchange, endRet(exchange, session), 0)
  const selector = session.log.end > cursor ? SYNC_SELECTOR.message : SYNC_SELECTOR.nothing
  if (selector !== SYNC_SELECTOR.nothing) {
    const announced = session.log.after(cursor, core.settings.syncPageSize)
    core.traffic.join(exchange.entry, announced.events.flatMap(messageIdOf))
  }
  const isCurrent = polls === session.polls && !exchange.request.signal.aborted
  if (isCurrent) recordSyncCheck(session, selector, startedAt)
  return syncCheckReply(exchange, 0, selector)
}

/**
 * Returns the sync events after the given key. For an old key, the same events are returned again.
 * @see docs/protocol.md §5.2
 */
export function webwxsync(exchange: Exchange): Response {
  const session = sessionOfBody(exchange)
  const { core } = exchange
  const receivedKey = exchange.body.SyncKey
  const cursor = session.keys.parse(receivedKey, session.log.end)
  if (cursor === undefined)
    throw new Refusal(RET.badParameter, 'SyncKey is malformed or contains a position that was never issued')
  checkSync(exchange, session, receivedKey as SyncKey, cursor)
  session.confirmed = Math.max(session.confirmed, cursor)
  session.synced = true
  const page = session.log.after(cursor, core.settings.syncPageSize)
  const key = session.keyAt(page.cursor)
  const sentKey = exchange.emptiesSyncKey ? EMPTY_SYNC_KEY : key
  const reply: Omit<SyncReply, 'AddMsgList'> & { AddMsgList: EncodedMessage[] } = {
    BaseResponse: baseResponse(),
    ...replyLists(
      exchange,
      session,
      exchange.redelivers ? withRedelivered(session, cursor, page) : withContacts(session, page),
    ),
    ModChatRoomMemberCount: 0,
    ModChatRoomMemberList: [],
    ContinueFlag: Number(page.more),
    SyncKey: sentKey,
    SyncCheckKey: sentKey,
    SKey: '',
  }
  // If it receives no new key, the program continues with its current one.
  if (sentKey === key) session.expectKey(key)
  core.traffic.join(exchange.entry, page.events.flatMap(messageIdOf))
  core.markDelivered(page.events.flatMap((event) => (event.kind === 'message' ? event.message : [])))
  const headers = new Headers()
  const pluginKey = key.List.find((entry) => entry.Key === 1000)?.Val ?? 0
  for (const cookie of syncCookies(session, exchange.host, exchange.cookieTime(), pluginKey)) {
    headers.append('Set-Cookie', cookie)
  }
  return exchange.json(reply, headers)
}

/** Id of the message that an event delivers or recalls. */
function messageIdOf(event: SyncEvent): string[] {
  if (event.kind === 'raw') return [event.id]
  return event.kind === 'message' || event.kind === 'recall' ? [event.message.id] : []
}

const REDELIVERED = 10

/** Returns the latest delivered messages again and the new messages twice. */
function withRedelivered(session: Session, cursor: number, page: SyncEventPage): SyncEvent[] {
  const { log } = session
  const newMessages = log.messages(cursor, page.cursor, page.events.length)
  return [...log.messages(session.start, cursor, REDELIVERED), ...page.events, ...newMessages]
}

/** Prepends the contacts for messages from before the login, because the program may not have received them. */
function withContacts({ start, known }: Session, { events, cursor }: SyncEventPage): SyncEvent[] {
  const older = events.slice(0, Math.max(0, start - (cursor - events.length)))
  const chats = new Set(older.flatMap((event) => (event.kind === 'message' ? event.message.chatId : [])))
  for (const id of chats) known.add(id)
  return [...[...chats].map((id): SyncEvent => ({ kind: 'contact', id })), ...events]
}

function syncCheckReply(exchange: Exchange, retcode: number, selector: number): Response {
  return exchange.script(syncCheckScript(retcode, selector), `${retcode}/${selector}`)
}

function replyLists(exchange: Exchange, session: Session, events: SyncEvent[]) {
  const { world } = exchange.core
  const messages: EncodedMessage[] = []
  // Maps each id to whether its uins are included.
  const changed = new Map<string, boolean>()
  const removed = new Set<string>()
  let profile = false
  for (const event of events) {
    if (event.kind === 'contact') {
      changed.set(event.id, event.uins === true || changed.get(event.id) === true)
      removed.delete(event.id)
    } else if (event.kind === 'contactRemoved') {
      removed.add(event.id)
      changed.delete(event.id)
    } else if (event.kind === 'profile') profile = true
    else messages.push(encodeMessage(world, session, event))
  }
  return {
    AddMsgCount: messages.length,
    AddMsgList: messages,
    ModContactCount: changed.size,
    ModContactList: [...changed].map(([id, uins]) => changedContact(exchange, session, id, uins)),
    DelContactCount: removed.size,
    DelContactList: [...removed].map((id) => ({ UserName: session.names.of(id), ContactFlag: 0 })),
    Profile: profile ? encodeProfile(world, session) : EMPTY_PROFILE,
  }
}

function changedContact(exchange: Exchange, session: Session, id: string, uins: boolean) {
  const { world } = exchange.core
  const group = world.groups.get(id)
  if (group) return encodeChangedGroup(world, session, group, uins)
  const person = world.people.get(id)
  if (!person) return encodeStub(session.names.of(id))
  const contact = encodePerson(world, session, person)
  return uins ? { ...contact, Uin: person.uin } : contact
}
