import { type Dict, dict, int, list, text } from '../../../util/read.js'
import { readSyncKey } from '../session/sync-key.js'
import type { SyncKey } from '../wire/sync.js'
import { call, callJson, protocolError, type Web } from './call.js'

const TRIES = 3

/** Contents of the `webwxinit` reply. */
interface Init {
  /** The complete reply, as sent. */
  reply: Dict
  /** This account. */
  user: Dict
  /** Recent chats. */
  contacts: unknown[]
  syncKey: SyncKey
  skey: string
  inviteStartCount: number | undefined
}

/** Fetches the initial state of a session. @see docs/protocol.md §3.6 */
export async function init(web: Web, signal?: AbortSignal): Promise<Init> {
  const query = { r: ~web.clock.now(), lang: 'zh_CN', pass_ticket: web.session.credentials?.passTicket }
  const reply = await callJson(web, 'webwxinit', { query, tries: TRIES, signal })
  const user = dict(reply.User)
  const syncKey = readSyncKey(reply.SyncKey)
  if (!text(user.UserName) || !syncKey) throw protocolError('webwxinit', 'User or SyncKey is missing')
  return {
    reply,
    user,
    contacts: list(reply.ContactList),
    syncKey,
    skey: text(reply.SKey),
    inviteStartCount: int(reply.InviteStartCount),
  }
}

/** Sends a status notification about a chat to the phone and the server. @see docs/protocol.md §3.7 */
export function statusNotify(web: Web, code: number, toUserName: string, signal?: AbortSignal): Promise<Dict> {
  return callJson(web, 'webwxstatusnotify', {
    query: { lang: 'zh_CN', pass_ticket: web.session.credentials?.passTicket },
    body: {
      Code: code,
      FromUserName: web.session.userName,
      ToUserName: toUserName,
      ClientMsgId: web.clock.now(),
    },
    tries: TRIES,
    signal,
  })
}

/** Ends the session on the server. @see docs/protocol.md §3.8 */
export async function logout(web: Web, signal?: AbortSignal): Promise<void> {
  const query = { redirect: 1, type: 0, skey: web.session.credentials?.skey }
  await call(web, 'webwxlogout', { query, signal })
}
