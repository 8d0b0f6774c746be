/** Asks the server for the latest of one friend, and of several. */
import itchat from 'itchat/compat'

await itchat.auto_login()
const [, first, second] = await itchat.get_friends()
if (first && second) {
  const friend = await itchat.update_friend(first.UserName)
  console.log(friend.NickName)
  const friends = await itchat.update_friend([first.UserName, second.UserName])
  console.log(friends.map((one) => one.NickName))
}
await itchat.close()
