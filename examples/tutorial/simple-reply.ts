/** Replies to text messages from friends: the handler's return value is sent as the reply. */
import itchat, { TEXT } from 'itchat/compat'

itchat.msg_register(TEXT, (msg) => {
  return `T received: ${msg.Text}`
})

await itchat.auto_login()
await itchat.run()
