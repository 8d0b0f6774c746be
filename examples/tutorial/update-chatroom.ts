/** Fetches one group with its members from the server, then several groups. */
import itchat from 'itchat/compat'

await itchat.auto_login()
const [first, second] = await itchat.get_chatrooms({ update: true })
if (first && second) {
  const chatroom = await itchat.update_chatroom(first.UserName, { detailedMember: true })
  console.log(
    chatroom.NickName,
    chatroom.memberList.map((member) => member.NickName),
  )
  const chatrooms = await itchat.update_chatroom([first.UserName, second.UserName])
  console.log(chatrooms.map((group) => group.NickName))
}
await itchat.close()
