/** Replies to text, media, friend requests, and mentions in groups. */
import itchat, { ATTACHMENT, FRIENDS, MAP, NOTE, PICTURE, RECORDING, SHARING, TEXT, VIDEO } from 'itchat/compat'

itchat.msg_register([TEXT, MAP, NOTE, SHARING], async (msg) => {
  await msg.user.send(`${msg.type} ${msg.text}`)
})

itchat.msg_register([PICTURE, RECORDING, ATTACHMENT, VIDEO], async (msg) => {
  await msg.download(msg.fileName)
  const typeSymbol = { [PICTURE]: 'img', [VIDEO]: 'vid', [RECORDING]: 'fil', [ATTACHMENT]: 'fil' }[msg.type]
  return `@${typeSymbol}@${msg.fileName}`
})

itchat.msg_register(FRIENDS, async (msg) => {
  await msg.user.verify()
  await msg.user.send('Nice to meet you!')
})

itchat.msg_register(TEXT, { isGroupChat: true }, async (msg) => {
  if (msg.isAt) {
    await msg.user.send(`@${msg.actualNickName}\u2005I received: ${msg.text}`)
  }
})

await itchat.auto_login(true)
await itchat.run(true)
