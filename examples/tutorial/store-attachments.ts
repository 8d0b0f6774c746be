/** Stores files sent by friends. `msg.Text` downloads the file; `msg.FileName` is a safe file name. */
import itchat, { ATTACHMENT } from 'itchat/compat'

itchat.msg_register(ATTACHMENT, async (msg) => {
  await msg.Text(msg.FileName)
})

await itchat.auto_login()
await itchat.run()
