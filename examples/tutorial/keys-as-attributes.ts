/** Messages and contacts have the server's keys and their lower-case forms. Also finds a friend and sends a message. */
import itchat, { TEXT } from 'itchat/compat'

itchat.msg_register(TEXT, (msg) => {
  // The same as console.log(msg['FromUserName']).
  console.log(msg.fromUserName)
})

await itchat.auto_login()
const author = itchat.search_friends({ nickName: 'LittleCoder' })[0]
await author?.send('greeting, LittleCoder!')
await itchat.run()
