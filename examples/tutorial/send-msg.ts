/** Sends text verbatim. */
import itchat from 'itchat/compat'

await itchat.auto_login()
await itchat.send_msg('hello world.')
await itchat.close()
