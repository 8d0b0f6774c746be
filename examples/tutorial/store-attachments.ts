/** Stores the files that friends send. `msg.Text` is the download, `msg.FileName` a name that is safe to use. */
import itchat, { ATTACHMENT } from 'itchat/compat'

itchat.msg_register(ATTACHMENT, async (msg) => {
  await msg.Text(msg.FileName)
})

await itchat.auto_login()
await itchat.run()
