/** Four ways to look for friends. */
import itchat from 'itchat/compat'

await itchat.auto_login()
// Oneself.
console.log(itchat.search_friends().NickName)
// One by UserName, or undefined.
console.log(itchat.search_friends({ userName: '@abcdefg1234567' }))
// Everybody whose remark, WeChat id or nickname is this.
console.log(itchat.search_friends({ name: 'autolife' }).map((friend) => friend.NickName))
// By one of the three.
console.log(itchat.search_friends({ wechatAccount: 'littlecodersh' }).map((friend) => friend.NickName))
// Both at once.
console.log(
  itchat.search_friends({ name: 'LittleCoder机器人', wechatAccount: 'littlecodersh' }).map((friend) => friend.NickName),
)
await itchat.close()
