/** Answers the texts of friends; what a handler returns is the answer. */
import itchat, { TEXT } from 'itchat/compat'

itchat.msg_register(TEXT, (msg) => {
  return `T reveived: ${msg.Text}`
})

await itchat.auto_login()
await itchat.run()
