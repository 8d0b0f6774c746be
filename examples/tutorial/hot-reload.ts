/** Saves the login, so that restarting soon afterwards does not require another scan. */
import itchat from 'itchat/compat'

itchat.msg_register(itchat.content.TEXT, (msg) => {
  console.log(msg.text)
})

await itchat.auto_login({ hotReload: true })
await itchat.run()
