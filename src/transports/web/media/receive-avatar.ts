import { ProtocolError } from '../../../errors.js'
import type { AvatarOwner } from '../../../transport/contacts.js'
import type { ReceivedMedia } from '../../../transport/content.js'
import { detectFileType, HEAD_BYTES } from '../../../util/file-type.js'
import { openAvatar } from '../api/avatar.js'
import type { Web } from '../api/call.js'
import { receiveAll } from './receive.js'

/**
 * Receives the avatar of a contact, member or group chunk by chunk. Throws the same errors as `receiveMedia`.
 *
 * @throws ProtocolError also when the data is not an image
 */
export async function receiveAvatar(
  web: Web,
  owner: AvatarOwner,
  write: (chunk: Uint8Array) => Promise<void> | void,
  signal?: AbortSignal,
): Promise<ReceivedMedia> {
  const emptyMessage = 'getHeadImg: the server sent no data. The avatar may not exist.'
  const { endpoint, reply } = await openAvatar(web, addressOf(owner), signal)
  const head: Uint8Array[] = []
  let headBytes = 0
  const received = await receiveAll(reply, { name: 'getHeadImg', emptyMessage }, (chunk) => {
    if (headBytes < HEAD_BYTES) head.push(chunk)
    headBytes += chunk.length
    return write(chunk)
  })
  const type = await detectFileType(Buffer.concat(head))
  if (type?.mime.startsWith('image/')) return received
  const found = type?.mime ?? 'unknown data'
  throw new ProtocolError(`getHeadImg: the server sent ${found} instead of an image.`, { endpoint })
}

/** If a group's `EncryChatRoomId` is not known yet, the server accepts its UserName instead. */
function addressOf(owner: AvatarOwner): Parameters<typeof openAvatar>[1] {
  if ('chatroom' in owner) return owner
  const { userName, group } = owner
  return group ? { userName, chatroomId: group.fields.EncryChatRoomId || group.userName } : { userName }
}
