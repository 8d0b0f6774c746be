import type { HttpStream } from '../../http/http-client.js'
import { ENDPOINTS, type EndpointName } from '../wire/endpoints.js'
import { protocolError, type Web } from './call.js'

/** Timeout for the start of the reply, and for each pause while it is received. */
const TIMEOUT_MS = 30_000

/** The owner of an avatar: a contact, a group, or a group member (with the group's `EncryChatRoomId`). */
type AvatarAddress = { userName: string; chatroomId?: string } | { chatroom: string }

/**
 * Opens the large avatar of a contact, member or group. The URL is built here because the one in the contact's data
 * could point to any host.
 *
 * @throws ProtocolError when the reply is not an avatar
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
    throw protocolError(name, `HTTP ${reply.status} instead of the avatar`)
  }
  const type = String(reply.headers['content-type'] ?? '')
  if (/^(?:application\/json|text\/)/.test(type)) {
    await reply.body[Symbol.asyncIterator]().return?.()
    throw protocolError(name, `${type} instead of the avatar`)
  }
  return { endpoint: name, reply }
}
