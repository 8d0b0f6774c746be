/** Sends a video. */
import itchat from 'itchat/compat'

await itchat.auto_login()
await itchat.send_video('/tmp/test.mkv')
await itchat.close()
