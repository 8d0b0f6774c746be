import { LONG_POLL_MS } from '../../transports/web/wire/constants.js'
import { RET } from '../../transports/web/wire/ret.js'
import { SYNC_SELECTOR, type SyncKey, type SyncReply } from '../../transports/web/wire/sync.js'
import { checkSync, checkSyncCheck, rememberSyncCheck } from '../conformance/sync.js'
import { SYNC_KEY_AT_REST } from '../encode/at-rest.js'
import { encodeChangedGroup, encodePerson, encodeStub } from '../encode/contact.js'
import { type EncodedMessage, encodeMessage } from '../encode/message.js'
import { encodeProfile, PROFILE_AT_REST } from '../encode/profile.js'
import { syncCheckScript } from '../encode/script.js'
import type { Session } from '../session/session.js'
import type { SyncEvent } from '../session/sync-event.js'
import type { SyncEventPage } from '../session/sync-event-log.js'
import { syncCookies } from './cookies.js'
import { baseResponse, type Exchange } from './exchange.js'
import { hold } from './hold.js'
import { Refusal } from './refusal.js'
import { endRet, findSession, sessionOfBody } from './session-of.js'

/** Holds until there is news after the given key, 25 s at most. @see docs/protocol.md §5.1 */
export async function synccheck(exchange: Exchange): Promise<Response> {
  const { core } = exchange
  const session = findSession(exchange)
  if (session === undefined || session === 'unnamed') return check(exchange, RET.badCookie, 0)
  const cursor = session.keys.parseText(exchange.query('synckey'), session.log.end)
  if (cursor === undefined) return check(exchange, RET.badParameter, 0)
  const startedAt = core.clock.now()
  // What was fetched before is acknowledged, also when an init follows. @see docs/protocol.md §14.4
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
  if (session.endCode !== undefined) return check(exchange, endRet(exchange, session), 0)
  const selector = session.log.end > cursor ? SYNC_SELECTOR.message : SYNC_SELECTOR.nothing
  const isCurrent = polls === session.polls && !exchange.request.signal.aborted
  if (isCurrent) rememberSyncCheck(session, selector, startedAt)
  return check(exchange, 0, selector)
}

/** The news after the given key; the same again for whoever presents an old key. @see docs/protocol.md §5.2 */
export function webwxsync(exchange: Exchange): Response {
  const session = sessionOfBody(exchange)
  const { core } = exchange
  const given = exchange.body.SyncKey
  const cursor = session.keys.parse(given, session.log.end)
  if (cursor === undefined)
    throw new Refusal(RET.badParameter, 'SyncKey is malformed, or a position that was never given out')
  checkSync(exchange, session, given as SyncKey, cursor)
  session.confirmed = Math.max(session.confirmed, cursor)
  session.synced = true
  const page = session.log.after(cursor, core.settings.syncPageSize)
  const key = session.keyAt(page.cursor)
  const told = exchange.emptiesSyncKey ? SYNC_KEY_AT_REST : key
  const reply: Omit<SyncReply, 'AddMsgList'> & { AddMsgList: EncodedMessage[] } = {
    BaseResponse: baseResponse(),
    ...lists(exchange, session, exchange.deliversAgain ? again(session, cursor, page) : withContacts(session, page)),
    ModChatRoomMemberCount: 0,
    ModChatRoomMemberList: [],
    ContinueFlag: Number(page.more),
    SyncKey: told,
    SyncCheckKey: told,
    SKey: '',
  }
  // A program that was given no key goes on with the one it has.
  if (told === key) session.expectKey(key)
  core.markDelivered(page.news.flatMap((news) => (news.kind === 'message' ? news.message : [])))
  const headers = new Headers()
  const pluginKey = key.List.find((entry) => entry.Key === 1000)?.Val ?? 0
  for (const cookie of syncCookies(session, exchange.host, exchange.cookieTime(), pluginKey)) {
    headers.append('Set-Cookie', cookie)
  }
  return exchange.json(reply, headers)
}

const DELIVERED_AGAIN = 10

/** What was delivered lately, and what is new twice. */
function again(session: Session, cursor: number, page: SyncEventPage): SyncEvent[] {
  const { log } = session
  const fresh = log.messages(cursor, page.cursor, page.news.length)
  return [...log.messages(session.start, cursor, DELIVERED_AGAIN), ...page.news, ...fresh]
}

/** What is older than the login comes with its contacts: this session's program may not have been given them. */
function withContacts({ start, known }: Session, { news, cursor }: SyncEventPage): SyncEvent[] {
  const older = news.slice(0, Math.max(0, start - (cursor - news.length)))
  const chats = new Set(older.flatMap((one) => (one.kind === 'message' ? one.message.chatId : [])))
  for (const id of chats) known.add(id)
  return [...[...chats].map((id): SyncEvent => ({ kind: 'contact', id })), ...news]
}

function check(exchange: Exchange, retcode: number, selector: number): Response {
  return exchange.script(syncCheckScript(retcode, selector), `${retcode}/${selector}`)
}

function lists(exchange: Exchange, session: Session, news: SyncEvent[]) {
  const { world } = exchange.core
  const messages: EncodedMessage[] = []
  // Whether with numbers, by id.
  const changed = new Map<string, boolean>()
  const removed = new Set<string>()
  let profile = false
  for (const one of news) {
    if (one.kind === 'contact') {
      changed.set(one.id, one.uins === true || changed.get(one.id) === true)
      removed.delete(one.id)
    } else if (one.kind === 'contactRemoved') {
      removed.add(one.id)
      changed.delete(one.id)
    } else if (one.kind === 'profile') profile = true
    else messages.push(encodeMessage(world, session, one))
  }
  return {
    AddMsgCount: messages.length,
    AddMsgList: messages,
    ModContactCount: changed.size,
    ModContactList: [...changed].map(([id, uins]) => changedContact(exchange, session, id, uins)),
    DelContactCount: removed.size,
    DelContactList: [...removed].map((id) => ({ UserName: session.names.of(id), ContactFlag: 0 })),
    Profile: profile ? encodeProfile(world, session) : PROFILE_AT_REST,
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
