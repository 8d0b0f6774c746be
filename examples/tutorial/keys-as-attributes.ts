/**
 * Reads a server key of a message as an attribute: each key is also available with a lower-case first letter. Then finds a
 * friend and sends them a message.
 */
import itchat, { TEXT } from 'itchat/compat'

itchat.msg_register(TEXT, (msg) => {
  // The same as console.log(msg['FromUserName']).
  console.log(msg.fromUserName)
})

await itchat.auto_login()
const author = itchat.search_friends({ nickName: 'LittleCoder' })[0]
await author?.send('greeting, LittleCoder!')
await itchat.run()
