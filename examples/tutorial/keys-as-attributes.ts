/** Messages and people answer to the server's keys and to their lower-case form; a friend is found and written to. */
import itchat, { TEXT } from 'itchat/compat'

itchat.msg_register(TEXT, (msg) => {
  // The same as console.log(msg['FromUserName']).
  console.log(msg.fromUserName)
})

await itchat.auto_login()
const author = itchat.search_friends({ nickName: 'LittleCoder' })[0]
await author?.send('greeting, LittleCoder!')
await itchat.run()
