import { STATUS_NOTIFY } from '../../transports/web/wire/login.js'
import { RET } from '../../transports/web/wire/ret.js'
import type { InitReply } from '../../transports/web/wire/sync.js'
import { resetPolling } from '../conformance/sync.js'
import { encodeGroup, encodePerson, encodeUser } from '../encode/contact.js'
import { scalarText } from '../read/fields.js'
import type { Session } from '../session/session.js'
import { dataTicketCookie } from './cookies.js'
import { baseResponse, type Exchange } from './exchange.js'
import { Refusal } from './refusal.js'
import { sessionOfBody } from './session-of.js'

const RECENT_CHATS = 20
const CLIENT_VERSION = 385_876_258
const REPORT_INTERVAL_MS = 600_000

/**
 * Returns the account's own user, the recent chats and a SyncKey. After a restart of the program, the SyncKey is the
 * latest one that the program sent, so that no events are lost; otherwise it is the first key.
 * @see docs/protocol.md §3.6
 */
export function webwxinit(exchange: Exchange): Response {
  const session = sessionOfBody(exchange)
  const { core } = exchange
  const { world } = core
  const chatIds = ['filehelper', ...core.recentChats().slice(0, RECENT_CHATS)]
  const contacts = chatIds.flatMap((id) => recentContact(exchange, session, id))
  const key = session.keyAt(session.confirmed)
  const reply: InitReply = {
    BaseResponse: baseResponse(),
    Count: contacts.length,
    ContactList: contacts,
    SyncKey: key,
    User: encodeUser(world, session),
    ChatSet: chatIds.map((id) => `${session.names.of(id)},`).join(''),
    SKey: session.skey,
    ClientVersion: CLIENT_VERSION,
    SystemTime: Math.trunc(core.clock.now() / 1000),
    GrayScale: 1,
    InviteStartCount: core.settings.inviteStartCount,
    MPSubscribeMsgCount: 0,
    MPSubscribeMsgList: [],
    ClickReportInterval: REPORT_INTERVAL_MS,
  }
  resetPolling(session)
  const headers = new Headers()
  // One client loses the domain of this cookie when it restarts, so the cookie is set again.
  headers.append('Set-Cookie', dataTicketCookie(session, exchange.host, exchange.cookieTime()))
  return exchange.json(reply, headers)
}

/** Called when the program has come online or has marked a chat as read. @see docs/protocol.md §3.7 */
export function webwxstatusnotify(exchange: Exchange): Response {
  const session = sessionOfBody(exchange)
  const { core, body } = exchange
  const self = session.names.of(core.world.owner.id)
  if (body.FromUserName !== self)
    throw new Refusal(RET.badParameter, 'FromUserName is not the UserName of this account')
  const chatId = session.names.idOf(scalarText(body.ToUserName))
  if (chatId === undefined) throw new Refusal(RET.badParameter, 'ToUserName is unknown')
  if (!Number.isInteger(body.ClientMsgId)) exchange.warn('3.7', 'ClientMsgId is not an integer')
  if (body.Code === STATUS_NOTIFY.initialised) {
    if (body.ToUserName !== self)
      exchange.warn('3.7', 'ToUserName is not the UserName of this account, although Code is 3')
    core.syncConversations()
  } else if (body.Code === STATUS_NOTIFY.read) {
    core.world.markRead(chatId)
  } else {
    throw new Refusal(RET.badParameter, 'Code is neither 1 nor 3')
  }
  return exchange.json({ BaseResponse: baseResponse(), MsgID: core.world.newMessageId() })
}

function recentContact(exchange: Exchange, session: Session, id: string) {
  const { world } = exchange.core
  session.known.add(id)
  const group = world.groups.get(id)
  if (group) return [encodeGroup(world, session, group, 'ids')]
  const person = world.people.get(id)
  return person ? [encodePerson(world, session, person)] : []
}
