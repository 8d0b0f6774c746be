/** Replies to group messages that mention the account. */
import itchat, { TEXT } from 'itchat/compat'

itchat.msg_register(TEXT, { isGroupChat: true }, async (msg) => {
  if (msg.isAt) {
    await itchat.send_msg(`我已经收到了来自${msg.ActualNickName}的消息，实际内容为${msg.Text}`, msg.FromUserName)
  }
})

await itchat.auto_login()
await itchat.run()
