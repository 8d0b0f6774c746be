import pMap from 'p-map'
import type { DetailsOptions } from '../../../transport/contacts.js'
import { type Dict, int } from '../../../util/read.js'
import { BATCH_CONTACT_LIMIT } from '../wire/constants.js'
import { type BatchContactEntry, OPLOG_COMMAND, type OplogRequest, type VERIFY_OPCODE } from '../wire/contact.js'
import { callJson, protocolError, type Web } from './call.js'

const TRIES = 3
/** More pages than any address book has; against a server that never ends. */
const MAX_PAGES = 200
/** Batches under way at once: as many as the web page itself asks for. */
const BATCHES_AT_ONCE = 3
/** `SceneList` of the web client. @see docs/protocol.md §4.4 */
const WEB_SCENE = 33

/**
 * The whole address book; entries are unchecked. It is incomplete when the server announced more than it sent.
 *
 * @see docs/protocol.md §4.1
 * @throws ProtocolError when a page lacks its list: half a book would pass for people who left
 */
export async function getContacts(
  web: Web,
  signal?: AbortSignal,
): Promise<{ entries: unknown[]; isComplete: boolean }> {
  const pages: unknown[][] = []
  let isComplete = true
  const asked = new Set<number>()
  let seq = 0
  do {
    if (pages.length === MAX_PAGES) return { entries: pages.flat(), isComplete: false }
    asked.add(seq)
    const query = { r: web.clock.now(), seq, skey: web.session.credentials?.skey }
    const reply = await callJson(web, 'webwxgetcontact', { query, tries: TRIES, signal })
    if (!Array.isArray(reply.MemberList)) throw protocolError('webwxgetcontact', 'the reply lacks MemberList')
    pages.push(reply.MemberList)
    if (int(reply.MemberCount, 0) > reply.MemberList.length) isComplete = false
    seq = int(reply.Seq, 0)
  } while (seq !== 0 && !asked.has(seq))
  return { entries: pages.flat(), isComplete }
}

/** What was asked for in one request, and what came back; unchecked. */
interface DetailsPage {
  names: string[]
  replies: unknown[]
}

/** The entry that asks for a contact or a group. @see docs/protocol.md §4.2 */
export function detailsEntry(userName: string): BatchContactEntry {
  return userName.startsWith('@@')
    ? { UserName: userName, ChatRoomId: '' }
    : { UserName: userName, EncryChatRoomId: '' }
}

/**
 * Details of contacts, groups or members, fetched 50 at a time. After the first request that fails no further one is made.
 *
 * @see docs/protocol.md §4.2
 * @throws ProtocolError when a reply lacks its list
 */
export async function batchGetContacts(
  web: Web,
  entries: readonly BatchContactEntry[],
  { signal, onProgress, tries = TRIES, timeoutMs, onFailure }: DetailsOptions = {},
): Promise<DetailsPage[]> {
  const batches: BatchContactEntry[][] = []
  for (let start = 0; start < entries.length; start += BATCH_CONTACT_LIMIT) {
    batches.push(entries.slice(start, start + BATCH_CONTACT_LIMIT))
  }
  let done = 0
  let hasFailed = false
  const fetchBatch = async (List: BatchContactEntry[]): Promise<DetailsPage> => {
    const names = List.map(({ UserName }) => UserName)
    if (hasFailed) return { names, replies: [] }
    try {
      const reply = await callJson(web, 'webwxbatchgetcontact', {
        query: { type: 'ex', r: web.clock.now(), lang: 'zh_CN', pass_ticket: web.session.credentials?.passTicket },
        body: { Count: List.length, List },
        tries,
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
        signal,
      })
      if (!Array.isArray(reply.ContactList)) throw protocolError('webwxbatchgetcontact', 'the reply lacks ContactList')
      done += List.length
      onProgress?.({ done, total: entries.length })
      return { names, replies: reply.ContactList }
    } catch (error) {
      if (!onFailure) throw error
      if (!hasFailed) onFailure(error)
      hasFailed = true
      return { names, replies: [] }
    }
  }
  return pMap(batches, fetchBatch, { concurrency: BATCHES_AT_ONCE })
}

/** Sets a friend's remark. @see docs/protocol.md §4.5 */
export function setRemark(web: Web, userName: string, remark: string, signal?: AbortSignal): Promise<Dict> {
  return oplog(web, { CmdId: OPLOG_COMMAND.remark, UserName: userName, RemarkName: remark }, signal)
}

/** Pins or unpins a chat. @param remark the current one, which would be lost otherwise @see docs/protocol.md §4.5 */
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
    advice: 'The contact may be gone: bring the address book up to date with getFriends({ update: true }).',
  })
}

/** Adds, asks or accepts. @see docs/protocol.md §4.4 */
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
    advice: 'A request is accepted once, with its own ticket; who is a friend already cannot be asked again.',
  })
}
