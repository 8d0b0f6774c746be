import type { HttpStream } from '../http/http-client.js'
import { ENDPOINTS, type EndpointName } from '../wire/endpoints.js'
import { protocolError, type Web } from './call.js'

/** For the beginning of the reply, and for each pause in it. */
const TIMEOUT_MS = 30_000

/** Whose picture: a person's, a group's, or, with the group's `EncryChatRoomId`, a member's. */
type AvatarAddress = { userName: string; chatroomId?: string } | { chatroom: string }

/**
 * Opens the large picture of somebody, or of a group. The address is made here: the one in a contact could lead anywhere.
 *
 * @throws ProtocolError when the server does not give it
 * @see docs/protocol.md §4.3
 */
export async function openAvatar(
  web: Web,
  owner: AvatarAddress,
  signal?: AbortSignal,
): Promise<{ endpoint: EndpointName; reply: HttpStream }> {
  const name = 'chatroom' in owner ? 'webwxgetheadimg' : 'webwxgeticon'
  const endpoint = ENDPOINTS[name]
  const url = new URL(endpoint.path, web.session.hosts[endpoint.host])
  url.searchParams.set('seq', '0')
  url.searchParams.set('username', 'chatroom' in owner ? owner.chatroom : owner.userName)
  if ('userName' in owner && owner.chatroomId) url.searchParams.set('chatroomid', owner.chatroomId)
  url.searchParams.set('skey', web.session.credentials?.skey ?? '')
  url.searchParams.set('type', 'big')
  const request = { endpoint: name, method: endpoint.method, url, timeoutMs: TIMEOUT_MS, signal }
  const reply = await web.http.stream(request)
  if (reply.status !== 200) {
    await reply.body[Symbol.asyncIterator]().return?.()
    throw protocolError(name, `HTTP ${reply.status} instead of the picture`)
  }
  const type = String(reply.headers['content-type'] ?? '')
  if (/^(?:application\/json|text\/)/.test(type)) {
    await reply.body[Symbol.asyncIterator]().return?.()
    throw protocolError(name, `${type} instead of the picture`)
  }
  return { endpoint: name, reply }
}
