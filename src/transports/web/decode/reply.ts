import { type Dict, int, isDict, list, text } from '../../../util/read.js'
import { TEXT_FIELDS } from '../wire/text-fields.js'
import { decodeTextFields } from './text.js'

/** Decodes the text fields of this account in the `webwxinit` reply. */
export function decodeUser(user: Dict): Dict {
  return decodeTextFields({ ...user }, TEXT_FIELDS.contact)
}

/** Decodes the text fields in the reply to creating or changing a group. @see docs/protocol.md §4.6, §4.7 */
export function decodeChatroomReply(reply: Dict): Dict {
  const decoded: Dict = decodeTextFields({ ...reply }, TEXT_FIELDS.newChatroom)
  return 'MemberList' in reply
    ? { ...decoded, MemberList: list(reply.MemberList).filter(isDict).map(readMember) }
    : decoded
}

function readMember(sent: Dict): Dict {
  const member: Dict = decodeTextFields({ ...sent }, TEXT_FIELDS.contact)
  const { UserName, NickName, MemberStatus } = member
  return { ...member, UserName: text(UserName), NickName: text(NickName), MemberStatus: int(MemberStatus, 0) }
}
