/** Stores media, sends it back, and replies with its type. */
import itchat, { ATTACHMENT, PICTURE, RECORDING, VIDEO } from 'itchat/compat'

itchat.msg_register([PICTURE, RECORDING, ATTACHMENT, VIDEO], async (msg) => {
  await msg.download(msg.fileName)
  await itchat.send(`@${msg.Type === 'Picture' ? 'img' : 'fil'}@${msg.FileName}`, msg.FromUserName)

  return `${msg.Type} received`
})

await itchat.auto_login()
await itchat.run()
