/** Replies to friends, groups and official accounts. */
import itchat, { TEXT } from 'itchat/compat'

itchat.msg_register(TEXT, { isFriendChat: true, isGroupChat: true, isMpChat: true }, async (msg) => {
  await msg.user.send(`${msg.type} : ${msg.text}`)
})

await itchat.auto_login()
await itchat.run()
