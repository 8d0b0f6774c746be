/** What `hotReload` does, by hand: the first run stores the login, the next ones continue it. */
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
  // Node waits for an open connection, where Python would end here.
  await itchat.close()
}
