/** Texts, files, pictures and videos, all by `send`; without a recipient they go to oneself. */
import itchat from 'itchat/compat'

await itchat.auto_login()
await itchat.send('Hello World!')
await itchat.send(`@fil@${'/tmp/test.text'}`)
await itchat.send(`@img@${'/tmp/test.png'}`)
await itchat.send(`@vid@${'/tmp/test.mkv'}`)
// Node waits for an open connection, where Python would end here.
await itchat.close()
