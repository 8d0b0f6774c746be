import { type Dict, dict } from '../../../util/read.js'
import { WORDS } from '../wire/words.js'
import { decodeWords } from './text.js'

/** The own account of `webwxinit`, its words decoded. */
export function decodeUser(user: Dict): Dict {
  return decodeWords({ ...user }, WORDS.contact)
}

/** The reply to a group that was made or changed, its words decoded. @see docs/protocol.md §4.6, §4.7 */
export function decodeChatroomReply(reply: Dict): Dict {
  const decoded: Dict = decodeWords({ ...reply }, WORDS.newChatroom)
  if (Array.isArray(reply.MemberList)) {
    decoded.MemberList = reply.MemberList.map((member) => decodeWords({ ...dict(member) }, WORDS.contact))
  }
  return decoded
}
