/** The bot that `npm start` runs: echoes text, replies to other messages with their type, and accepts friend requests. */
import itchat, { ATTACHMENT, CARD, FRIENDS, MAP, NOTE, PICTURE, RECORDING, SHARING, TEXT, UNKNOWN, VIDEO } from 'itchat'

const isChinese = Intl.DateTimeFormat().resolvedOptions().locale.startsWith('zh')
const received = isChinese ? '收到：' : 'I received: '

itchat.msgRegister(TEXT, (msg) => received + msg.text)

itchat.msgRegister(TEXT, { isGroupChat: true }, (msg) => {
  if (msg.isAt) return `@${msg.actualNickName}\u2005${received}${msg.text}`
})

itchat.msgRegister([PICTURE, RECORDING, ATTACHMENT, VIDEO, MAP, CARD, SHARING, UNKNOWN], (msg) => received + msg.type)

itchat.msgRegister(NOTE, (msg) => {
  // Replying to a "you are not friends" notice would trigger another one, in a loop; new friends are greeted below.
  if (msg.note.kind !== 'notFriend' && msg.note.kind !== 'friendAdded')
    return `${received}${msg.type} (${msg.note.kind})`
})

itchat.msgRegister(FRIENDS, async (msg) => {
  await itchat.addFriend(msg.text)
  await itchat.send(isChinese ? '很高兴认识你！' : 'Nice to meet you!', msg.request.userName)
})

await itchat.autoLogin({ relogin: 'qr' })
await itchat.run()
