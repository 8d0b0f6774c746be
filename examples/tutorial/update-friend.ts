/** Fetches the current details of one friend from the server, then those of several friends. */
import itchat from 'itchat/compat'

await itchat.auto_login()
const [, first, second] = await itchat.get_friends()
if (first && second) {
  const updated = await itchat.update_friend(first.UserName)
  console.log(updated.NickName)
  const friends = await itchat.update_friend([first.UserName, second.UserName])
  console.log(friends.map((friend) => friend.NickName))
}
await itchat.close()
