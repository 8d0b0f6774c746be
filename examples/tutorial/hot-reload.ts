/** Saves the login: a restart soon after needs no scan. */
import itchat from 'itchat/compat'

itchat.msg_register(itchat.content.TEXT, (msg) => {
  console.log(msg.text)
})

await itchat.auto_login({ hotReload: true })
await itchat.run()
