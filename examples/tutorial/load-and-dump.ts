/** Does manually what `hotReload` does: the first run saves the login, and later runs restore it. */
import itchat, { TEXT } from 'itchat/compat'

if (await itchat.load_login_status()) {
  itchat.msg_register(TEXT, (msg) => {
    console.log(msg.Text)
  })

  await itchat.run()
  await itchat.dump_login_status()
} else {
  await itchat.auto_login()
  await itchat.dump_login_status()
  console.log('Config stored, so exit.')
  // An open connection keeps Node running, whereas Python would exit.
  await itchat.close()
}
