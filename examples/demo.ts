/** The bot of `npm start`: repeats what friends say, and answers in groups when it is mentioned. */
import itchat, { TEXT } from 'itchat'

itchat.msgRegister(TEXT, (msg) => `I received: ${msg.text}`)

itchat.msgRegister(TEXT, { isGroupChat: true }, (msg) => {
  if (msg.isAt) return `@${msg.actualNickName}\u2005I received: ${msg.text}`
})

await itchat.autoLogin()
await itchat.run()
