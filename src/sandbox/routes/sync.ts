import { LONG_POLL_MS } from '../../web/wire/constants.js'
import { RET } from '../../web/wire/ret.js'
import { SYNC_SELECTOR, type SyncKey, type SyncReply, type WireProfile } from '../../web/wire/sync.js'
import { checkSync, checkSyncCheck, rememberSyncCheck } from '../conformance/sync.js'
import { encodeChangedGroup, encodePerson, encodeStub, encodeUser } from '../encode/contact.js'
import { type EncodedMessage, encodeMessage } from '../encode/message.js'
import { syncCheckScript } from '../encode/script.js'
import type { News } from '../session/news.js'
import type { NewsPage } from '../session/news-log.js'
import type { Session } from '../session/session.js'
import type { World } from '../world/world.js'
import { syncCookies } from './cookies.js'
import { baseResponse, type Exchange } from './exchange.js'
import { hold } from './hold.js'
import { Refusal } from './refusal.js'
import { endRet, sessionOfBody } from './session-of.js'

/** Holds until there is news after the given key, 25 s at most. @see docs/protocol.md §5.1 */
export async function synccheck(exchange: Exchange): Promise<Response> {
  const { core } = exchange
  const session = core.sessions.find((one) => one.sid === exchange.query('sid') && one.skey === exchange.query('skey'))
  const uin = exchange.query('uin')
  if (!session || (uin !== '' && uin !== String(session.uin))) return check(exchange, RET.badCookie, 0)
  const cursor = session.keys.parseText(exchange.query('synckey'), session.log.end)
  if (cursor === undefined) return check(exchange, RET.badParameter, 0)
  const startedAt = core.clock.now()
  checkSyncCheck(exchange, session, startedAt, session.polls > 0)
  if (!session.polled) {
    session.polled = true
    core.sessionChanged()
  }
  session.polls++
  try {
    await hold(exchange, 'synccheck', session.bell, LONG_POLL_MS, () =>
      session.endCode !== undefined || session.log.end > cursor ? true : undefined,
    )
  } finally {
    session.polls--
  }
  if (session.endCode !== undefined) return check(exchange, endRet(exchange, session), 0)
  const selector = session.log.end > cursor ? SYNC_SELECTOR.message : SYNC_SELECTOR.nothing
  if (!exchange.request.signal.aborted) rememberSyncCheck(session, selector, startedAt)
  return check(exchange, 0, selector)
}

/** The news after the given key; the same again for whoever presents an old key. @see docs/protocol.md §5.2 */
export function webwxsync(exchange: Exchange): Response {
  const session = sessionOfBody(exchange)
  const { core } = exchange
  const given = exchange.body.SyncKey
  const cursor = session.keys.parse(given, session.log.end)
  if (cursor === undefined) throw new Refusal(RET.badParameter, 'SyncKey is none of this session')
  checkSync(exchange, session, given as SyncKey, cursor)
  session.confirmed = Math.max(session.confirmed, cursor)
  session.synced = true
  const page = session.log.after(cursor, core.settings.syncPageSize)
  const key = session.keyAt(page.cursor)
  const told = exchange.emptiesSyncKey ? EMPTY_KEY : key
  const reply: Omit<SyncReply, 'AddMsgList'> & { AddMsgList: EncodedMessage[] } = {
    BaseResponse: baseResponse(),
    ...lists(exchange, session, exchange.deliversAgain ? again(session, cursor, page) : page.news),
    ModChatRoomMemberCount: 0,
    ModChatRoomMemberList: [],
    ContinueFlag: Number(page.more),
    SyncKey: told,
    SyncCheckKey: told,
    SKey: '',
  }
  session.memory.owesSync = false
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

const EMPTY_KEY: SyncKey = { Count: 0, List: [] }
const DELIVERED_AGAIN = 10

/** What was delivered lately, and what is new twice. */
function again(session: Session, cursor: number, page: NewsPage): News[] {
  const { log } = session
  const fresh = log.messagesBefore(page.cursor, page.news.length).filter((one) => page.news.includes(one))
  return [...log.messagesBefore(cursor, DELIVERED_AGAIN), ...page.news, ...fresh]
}

function check(exchange: Exchange, retcode: number, selector: number): Response {
  return exchange.script(syncCheckScript(retcode, selector), `${retcode}/${selector}`)
}

function lists(exchange: Exchange, session: Session, news: News[]) {
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
    Profile: profile ? encodeProfile(world, session) : PROFILE,
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

/** The own account after a change. @see docs/protocol.md §9.7 */
function encodeProfile(world: World, session: Session): WireProfile {
  const { HeadImgUrl, NickName, Sex, Signature, UserName } = encodeUser(world, session)
  return {
    ...PROFILE,
    BitFlag: PROFILE_CHANGED,
    UserName: { Buff: UserName },
    NickName: { Buff: NickName },
    Sex,
    HeadImgUrl,
    Signature,
  }
}

const PROFILE_CHANGED = 190

const PROFILE: WireProfile = {
  BitFlag: 0,
  UserName: { Buff: '' },
  NickName: { Buff: '' },
  BindUin: 0,
  BindEmail: { Buff: '' },
  BindMobile: { Buff: '' },
  Status: 0,
  Sex: 0,
  PersonalCard: 0,
  Alias: '',
  HeadImgUpdateFlag: 0,
  HeadImgUrl: '',
  Signature: '',
}
