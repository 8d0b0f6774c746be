/** Replies to text from friends; a handler's return value is the reply. */
import itchat, { TEXT } from 'itchat/compat'

itchat.msg_register(TEXT, (msg) => {
  return `T reveived: ${msg.Text}`
})

await itchat.auto_login()
await itchat.run()
