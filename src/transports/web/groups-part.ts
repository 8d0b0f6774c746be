import type { ContactEntry, DetailsOptions, GroupsPart } from '../../transport/contacts.js'
import { dict, text } from '../../util/read.js'
import { protocolError, type Web } from './api/call.js'
import { createChatroom, updateChatroom } from './api/chatroom.js'
import { detailsEntry } from './api/contact.js'
import { changedEntry, fetchDetails } from './contacts-part.js'
import { readContact, readMember } from './decode/contact.js'
import { decodeChatroomReply } from './decode/reply.js'
import { DEFAULT_INVITE_START_COUNT } from './wire/constants.js'

/** The groups of one account. */
export function groupsPart(web: Web): GroupsPart {
  return {
    fetch: (userNames, options) => fetchDetails(web, userNames.map(detailsEntry), options, readGroup),
    fetchMembers: (groups, options) => fetchMembers(web, groups, options),
    async create(userNames, topic, signal) {
      const reply = decodeChatroomReply(await createChatroom(web, userNames, topic, signal))
      const NickName = text(reply.Topic) || topic
      const fields = { NickName, IsOwner: 1, ChatRoomOwner: web.session.userName }
      return { reply, entry: { ...changedEntry(text(reply.ChatRoomName), fields), kind: 'chatroom' } }
    },
    async rename(userName, name, signal) {
      const reply = decodeChatroomReply(await updateChatroom(web, userName, 'modtopic', name, signal))
      return { reply, entry: changedEntry(userName, { NickName: name }) }
    },
    async addMembers(userName, members, { invite, sizeAfter, signal }) {
      const { inviteStartCount = DEFAULT_INVITE_START_COUNT } = web.session
      const fun = invite || sizeAfter >= inviteStartCount ? 'invitemember' : 'addmember'
      return { reply: decodeChatroomReply(await updateChatroom(web, userName, fun, members.join(), signal)) }
    },
    async removeMembers(userName, members, signal) {
      return { reply: decodeChatroomReply(await updateChatroom(web, userName, 'delmember', members.join(), signal)) }
    },
  }
}

/** @throws ProtocolError when the group or its members are missing; otherwise stale data would appear to be current */
function readGroup(value: unknown): ContactEntry {
  const entry = readContact(value)
  if (!entry) throw protocolError('webwxbatchgetcontact', 'a requested group is missing from ContactList')
  if (!Array.isArray(dict(value).MemberList))
    throw protocolError('webwxbatchgetcontact', 'the MemberList of a group is missing')
  if (!entry.isStub && !entry.members && !entry.isEmptied) {
    throw protocolError('webwxbatchgetcontact', 'a group has a MemberCount but no members')
  }
  return entry
}

/** Fetches the details of every member. The same person may belong to several groups. */
async function fetchMembers(
  web: Web,
  groups: readonly ContactEntry[],
  options?: DetailsOptions,
): Promise<{ room: string; entry: ContactEntry }[]> {
  const requested = groups.flatMap(({ userName: room, fields, members = [] }) =>
    members.map(({ UserName }) => ({ room, UserName, EncryChatRoomId: fields.EncryChatRoomId ?? '' })),
  )
  const entries = requested.map(({ UserName, EncryChatRoomId }) => ({ UserName, EncryChatRoomId }))
  const details = await fetchDetails(web, entries, options, readMember)
  return requested.flatMap(({ room }, index) => {
    const entry = details[index]
    return entry && !entry.isStub ? [{ room, entry }] : []
  })
}
