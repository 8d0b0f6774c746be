import pMap from 'p-map'
import type { DetailsOptions } from '../../../transport/contacts.js'
import { type Dict, int } from '../../../util/read.js'
import { BATCH_CONTACT_LIMIT } from '../wire/constants.js'
import { type BatchContactEntry, OPLOG_COMMAND, type OplogRequest, type VERIFY_OPCODE } from '../wire/contact.js'
import { callJson, protocolError, type Web } from './call.js'

const TRIES = 3
/** Maximum number of pages, far beyond any real address book. Guards against endless paging. */
const MAX_PAGES = 200
/** Number of concurrent batches, the same as on the official web page. */
const BATCHES_AT_ONCE = 3
/** The entry in `SceneList` that stands for the web client. @see docs/protocol.md §4.4 */
const WEB_SCENE = 33

/**
 * Fetches the whole address book without checking its entries. `isComplete` is false when the server announced more
 * entries than it sent.
 *
 * @see docs/protocol.md §4.1
 * @throws ProtocolError when a page contains no list; otherwise the missing entries would look like removed contacts
 */
export async function getContacts(
  web: Web,
  signal?: AbortSignal,
): Promise<{ entries: unknown[]; isComplete: boolean }> {
  const pages: unknown[][] = []
  let isComplete = true
  const requestedSeqs = new Set<number>()
  let seq = 0
  do {
    if (pages.length === MAX_PAGES) return { entries: pages.flat(), isComplete: false }
    requestedSeqs.add(seq)
    const query = { r: web.clock.now(), seq, skey: web.session.credentials?.skey }
    const reply = await callJson(web, 'webwxgetcontact', { query, tries: TRIES, signal })
    if (!Array.isArray(reply.MemberList)) throw protocolError('webwxgetcontact', 'MemberList is missing')
    pages.push(reply.MemberList)
    if (int(reply.MemberCount, 0) > reply.MemberList.length) isComplete = false
    seq = int(reply.Seq, 0)
  } while (seq !== 0 && !requestedSeqs.has(seq))
  return { entries: pages.flat(), isComplete }
}

/** The request entry for a contact or a group. @see docs/protocol.md §4.2 */
export function detailsEntry(userName: string): BatchContactEntry {
  return userName.startsWith('@@')
    ? { UserName: userName, ChatRoomId: '' }
    : { UserName: userName, EncryChatRoomId: '' }
}

/**
 * Fetches the details of contacts, groups or members, 50 at a time. Sends no further requests after the first failure.
 *
 * @see docs/protocol.md §4.2
 * @param read reads the unchecked replies to one request. Called while other requests are running, so that at most a few
 * replies are in memory at once
 * @throws ProtocolError when a reply contains no list
 */
export async function batchGetContacts<T>(
  web: Web,
  entries: readonly BatchContactEntry[],
  { signal, onProgress, tries = TRIES, timeoutMs, onFailure }: DetailsOptions,
  read: (names: string[], replies: unknown[]) => T[],
): Promise<T[]> {
  const batches: BatchContactEntry[][] = []
  for (let start = 0; start < entries.length; start += BATCH_CONTACT_LIMIT) {
    batches.push(entries.slice(start, start + BATCH_CONTACT_LIMIT))
  }
  let done = 0
  let hasFailed = false
  const fetchBatch = async (List: BatchContactEntry[]): Promise<unknown[]> => {
    if (hasFailed) return []
    try {
      const reply = await callJson(web, 'webwxbatchgetcontact', {
        query: { type: 'ex', r: web.clock.now(), lang: 'zh_CN', pass_ticket: web.session.credentials?.passTicket },
        body: { Count: List.length, List },
        tries,
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
        signal,
      })
      if (!Array.isArray(reply.ContactList)) throw protocolError('webwxbatchgetcontact', 'ContactList is missing')
      done += List.length
      onProgress?.({ done, total: entries.length })
      return reply.ContactList
    } catch (error) {
      if (!onFailure) throw error
      if (!hasFailed) onFailure(error)
      hasFailed = true
      return []
    }
  }
  const readBatch = async (List: BatchContactEntry[]) => {
    const replies = await fetchBatch(List)
    return read(
      List.map(({ UserName }) => UserName),
      replies,
    )
  }
  return (await pMap(batches, readBatch, { concurrency: BATCHES_AT_ONCE })).flat()
}

/** Sets a friend's remark. @see docs/protocol.md §4.5 */
export function setRemark(web: Web, userName: string, remark: string, signal?: AbortSignal): Promise<Dict> {
  return oplog(web, { CmdId: OPLOG_COMMAND.remark, UserName: userName, RemarkName: remark }, signal)
}

/** Pins or unpins a chat. The current remark must be sent along, or it would be lost. @see docs/protocol.md §4.5 */
export function setPinned(
  web: Web,
  chat: { userName: string; remark: string },
  isPinned: boolean,
  signal?: AbortSignal,
): Promise<Dict> {
  const body = { CmdId: OPLOG_COMMAND.pin, UserName: chat.userName, RemarkName: chat.remark, OP: Number(isPinned) }
  return oplog(web, body, signal)
}

function oplog(web: Web, body: Omit<OplogRequest, 'BaseRequest'>, signal: AbortSignal | undefined): Promise<Dict> {
  return callJson(web, 'webwxoplog', {
    query: { lang: 'zh_CN', pass_ticket: web.session.credentials?.passTicket },
    body,
    signal,
    advice: 'The contact may no longer exist: refresh the address book with getFriends({ update: true }).',
  })
}

/** Follows an official account, or sends or accepts a friend request. @see docs/protocol.md §4.4 */
export function verifyUser(
  web: Web,
  request: {
    opcode: (typeof VERIFY_OPCODE)[keyof typeof VERIFY_OPCODE]
    userName: string
    ticket: string
    content: string
  },
  signal?: AbortSignal,
): Promise<Dict> {
  const { session, clock } = web
  return callJson(web, 'webwxverifyuser', {
    query: { r: clock.now(), lang: 'zh_CN', pass_ticket: session.credentials?.passTicket },
    body: {
      Opcode: request.opcode,
      VerifyUserListSize: 1,
      VerifyUserList: [{ Value: request.userName, VerifyUserTicket: request.ticket }],
      VerifyContent: request.content,
      SceneListCount: 1,
      SceneList: [WEB_SCENE],
      skey: session.credentials?.skey ?? '',
    },
    signal,
    advice:
      'A friend request can be accepted only once, with its own ticket. A request to an existing friend is refused.',
  })
}
