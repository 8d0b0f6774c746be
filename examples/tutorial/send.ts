/** Sends text, a file, an image and a video with `send`. Without a recipient, they are sent to the account itself. */
import itchat from 'itchat/compat'

await itchat.auto_login()
await itchat.send('Hello World!')
await itchat.send(`@fil@${'/tmp/test.text'}`)
await itchat.send(`@img@${'/tmp/test.png'}`)
await itchat.send(`@vid@${'/tmp/test.mkv'}`)
// An open connection keeps Node running, whereas Python would exit.
await itchat.close()
