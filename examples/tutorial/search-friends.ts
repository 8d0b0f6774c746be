/** Searches for friends in several ways. */
import itchat from 'itchat/compat'

await itchat.auto_login()
// Without arguments: the account itself.
console.log(itchat.search_friends().NickName)
// By UserName: one friend, or undefined.
console.log(itchat.search_friends({ userName: '@abcdefg1234567' }))
// By name: all friends with this remark, WeChat ID or nickname.
console.log(itchat.search_friends({ name: 'autolife' }).map((friend) => friend.NickName))
// By WeChat ID only.
console.log(itchat.search_friends({ wechatAccount: 'littlecodersh' }).map((friend) => friend.NickName))
// By name and WeChat ID.
console.log(
  itchat.search_friends({ name: 'LittleCoder机器人', wechatAccount: 'littlecodersh' }).map((friend) => friend.NickName),
)
await itchat.close()
