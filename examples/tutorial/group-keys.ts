/** What messages of a group know beside: whether one is mentioned, and who wrote. */
import itchat, { TEXT } from 'itchat/compat'

itchat.msg_register(TEXT, { isGroupChat: true }, (msg) => {
  console.log(msg.isAt)
  console.log(msg.actualNickName)
  console.log(msg.text)
})

await itchat.auto_login()
await itchat.run()
