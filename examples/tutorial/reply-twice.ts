/** Sends one message from a handler and returns another as the reply. */
import itchat, { TEXT } from 'itchat/compat'

itchat.msg_register(TEXT, async (msg) => {
  await itchat.send_msg(`已经收到了文本消息，消息内容为${msg.Text}`, msg.FromUserName)
  return `T received: ${msg.Text}`
})

await itchat.auto_login()
await itchat.run()
