/** Sends a friend request to the person on a contact card. */
import itchat from 'itchat/compat'

itchat.msg_register(itchat.content.CARD, { isFriendChat: true }, async (msg) => {
  console.log(msg.Text)
  console.log(msg.Content)
  await itchat.add_friend({ userName: msg.Text.UserName })
  console.log(msg.RecommendInfo)
  console.log(msg.RecommendInfo.UserName)
})

await itchat.auto_login()
await itchat.run()
