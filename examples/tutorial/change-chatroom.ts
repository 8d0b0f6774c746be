/** Creates a group with all friends, removes one member and adds them back. */
import itchat from 'itchat/compat'

await itchat.auto_login()
const memberList = (await itchat.get_friends()).slice(1)
const [first] = memberList
// The second argument is the group's name.
const chatroomUserName = await itchat.create_chatroom(memberList, 'test chatroom')
if (first) {
  await itchat.delete_member_from_chatroom(chatroomUserName, first)
  await itchat.add_member_into_chatroom(chatroomUserName, first, { useInvitation: false })
}
await itchat.close()
