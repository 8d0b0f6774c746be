/** Runs `run()` alongside other work: it is not awaited, whereas Python needs a thread. */
import itchat, { TEXT } from 'itchat/compat'

await itchat.auto_login()
const running = itchat.run()

console.log('free for other work')
itchat.msg_register(TEXT, (msg) => msg.text)

await running
