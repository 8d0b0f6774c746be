/** Stores media and sends it back to the sender. */
import itchat, { ATTACHMENT, PICTURE, RECORDING, VIDEO } from 'itchat/compat'

itchat.msg_register([PICTURE, RECORDING, ATTACHMENT, VIDEO], async (msg) => {
  // msg.download(msg['FileName']) does the same.
  await msg.Text(msg.FileName)
  await itchat.send(`@${msg.Type === 'Picture' ? 'img' : 'fil'}@${msg.FileName}`, msg.FromUserName)
})

await itchat.auto_login()
await itchat.run()
