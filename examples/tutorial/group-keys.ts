/** Prints the extra fields of group messages: whether they mention the account, and the sender's name. */
import itchat, { TEXT } from 'itchat/compat'

itchat.msg_register(TEXT, { isGroupChat: true }, (msg) => {
  console.log(msg.isAt)
  console.log(msg.actualNickName)
  console.log(msg.text)
})

await itchat.auto_login()
await itchat.run()
