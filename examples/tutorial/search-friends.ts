/** Searches for friends in several ways. */
import itchat from 'itchat/compat'

await itchat.auto_login()
// The account itself.
console.log(itchat.search_friends().NickName)
// One by UserName, or undefined.
console.log(itchat.search_friends({ userName: '@abcdefg1234567' }))
// All friends with this remark, WeChat ID or nickname.
console.log(itchat.search_friends({ name: 'autolife' }).map((friend) => friend.NickName))
// By only one of the three.
console.log(itchat.search_friends({ wechatAccount: 'littlecodersh' }).map((friend) => friend.NickName))
// By both.
console.log(
  itchat.search_friends({ name: 'LittleCoder机器人', wechatAccount: 'littlecodersh' }).map((friend) => friend.NickName),
)
await itchat.close()
