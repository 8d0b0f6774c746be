/** Sends an image. */
import itchat from 'itchat/compat'

await itchat.auto_login()
await itchat.send_img('/tmp/test.png')
await itchat.close()
