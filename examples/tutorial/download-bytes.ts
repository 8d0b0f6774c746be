/** Without a file name, `download()` returns the content as bytes. */
import { writeFile } from 'node:fs/promises'
import itchat, { ATTACHMENT, PICTURE, RECORDING, VIDEO } from 'itchat/compat'

itchat.msg_register([PICTURE, RECORDING, ATTACHMENT, VIDEO], async (msg) => {
  await writeFile(msg.fileName, await msg.download())
})

await itchat.auto_login()
await itchat.run()
