/** Looks up the sender of a message. */
import itchat from 'itchat/compat'

itchat.msg_register(itchat.content.TEXT, { isFriendChat: true }, (msg) => {
  console.log(msg.FromUserName)
  console.log(itchat.search_friends({ userName: msg.FromUserName }))
  console.log(itchat.search_friends({ userName: msg.FromUserName })?.NickName)
})

await itchat.auto_login()
await itchat.run()
