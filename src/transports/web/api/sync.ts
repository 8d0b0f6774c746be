import { StateError } from '../../../errors.js'
import { dict, int, list, text } from '../../../util/read.js'
import { formatSyncKey, readSyncKey } from '../session/sync-key.js'
import type { SyncKey } from '../wire/sync.js'
import { call, callJson, describeBody, protocolError, type Web } from './call.js'

/** The server holds a poll open for about 25 s. */
const CHECK_TIMEOUT_MS = 35_000
const SYNC_TIMEOUT_MS = 15_000
const SYNC_TRIES = 3

/**
 * Waits up to 25 s for sync events.
 *
 * @param timeoutMs defaults to 35 s; when there are no sync events, the server replies only after 25 s
 * @returns `retcode` and `selector`: values of `SYNC_RETCODE` and `SYNC_SELECTOR`, unknown numbers, or `NaN` for
 * anything else
 * @see docs/protocol.md §5.1
 */
export async function syncCheck(
  web: Web,
  signal?: AbortSignal,
  timeoutMs = CHECK_TIMEOUT_MS,
): Promise<{ retcode: number; selector: number }> {
  const { session, clock } = web
  const reply = await call(web, 'synccheck', {
    query: {
      r: clock.now(),
      skey: session.credentials?.skey,
      sid: session.credentials?.sid,
      uin: session.credentials?.uin,
      deviceid: session.deviceId,
      synckey: formatSyncKey(session.syncCheckKey ?? session.syncKey),
      _: clock.now(),
    },
    timeoutMs,
    signal,
  })
  const match = SYNC_CHECK.exec(reply.text)
  if (!match) throw protocolError('synccheck', `HTTP ${reply.status} with ${describeBody(reply.text)}`)
  return { retcode: int(match[1], Number.NaN), selector: int(match[2], Number.NaN) }
}

/** Matches values of any kind: an unreadable `retcode` is returned as `NaN` and counts as a refusal. */
const SYNC_CHECK =
  /window\.synccheck\s*=\s*\{\s*retcode\s*:\s*"?([^",}]{0,40})"?\s*,\s*selector\s*:\s*"?([^",}]{0,40})"?/

const LISTS = [
  ['AddMsgList', 'AddMsgCount'],
  ['ModContactList', 'ModContactCount'],
  ['DelContactList', 'DelContactCount'],
  ['ModChatRoomMemberList', 'ModChatRoomMemberCount'],
] as const

/** One `webwxsync` reply. Its entries are unchecked. */
export interface SyncBatch {
  messages: unknown[]
  /** New and changed contacts. */
  contacts: unknown[]
  /** UserNames of removed contacts. */
  removed: string[]
  /** Changed members of groups. */
  members: unknown[]
  /** Whether the server has more sync events ready. */
  more: boolean
  syncKey: SyncKey
  syncCheckKey: SyncKey
}

/**
 * Fetches the sync events after the session's SyncKey. Does not advance the position: the caller does so once the batch
 * is stored.
 *
 * @see docs/protocol.md §5.2
 */
export async function sync(web: Web, signal?: AbortSignal): Promise<SyncBatch> {
  const { session, clock } = web
  const position = session.syncKey
  if (!position) throw new StateError('webwxsync: the session has not started. Call webInit() first.')
  const reply = await callJson(web, 'webwxsync', {
    query: {
      sid: session.credentials?.sid,
      skey: session.credentials?.skey,
      lang: 'zh_CN',
      pass_ticket: session.credentials?.passTicket,
    },
    body: { SyncKey: position, rr: ~clock.now() },
    timeoutMs: SYNC_TIMEOUT_MS,
    tries: SYNC_TRIES,
    signal,
  })
  for (const [name, count] of LISTS) {
    // Treating a malformed list as empty would skip its entries.
    const isMalformed = isAbsent(reply[name]) ? int(reply[count], 0) > 0 : !Array.isArray(reply[name])
    if (isMalformed) throw protocolError('webwxsync', `${name} has the wrong type`)
  }
  // Without a valid position, the same sync events would be fetched again and again.
  const isInvalidKey = !isAbsent(reply.SyncKey) && !isEmpty(reply.SyncKey) && !readSyncKey(reply.SyncKey)
  if (isInvalidKey) throw protocolError('webwxsync', 'SyncKey has the wrong type')
  const syncKey = readSyncKey(reply.SyncKey) ?? position
  return {
    messages: list(reply.AddMsgList),
    contacts: list(reply.ModContactList),
    removed: list(reply.DelContactList).map((entry) => text(dict(entry).UserName)),
    members: list(reply.ModChatRoomMemberList),
    more: int(reply.ContinueFlag, 0) !== 0,
    syncKey,
    syncCheckKey: readSyncKey(reply.SyncCheckKey) ?? syncKey,
  }
}

/** An empty list means that the position has not changed. @see docs/protocol.md §5.2 */
function isEmpty(syncKey: unknown): boolean {
  const { List } = dict(syncKey)
  return Array.isArray(List) && List.length === 0
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null
}
