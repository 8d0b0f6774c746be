/** Prints all friends as JSON. */
import itchat from 'itchat/compat'

await itchat.login()
const friends = (await itchat.get_friends({ update: true })).slice(0)
console.log(JSON.stringify(friends))
await itchat.close()
