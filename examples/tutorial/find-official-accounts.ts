/** Finds official accounts: all of them, one by its UserName, or several by part of their name. */
import itchat from 'itchat/compat'

await itchat.auto_login()
console.log((await itchat.get_mps({ update: true })).length)
// Returns one account, or undefined.
console.log(itchat.search_mps({ userName: '@abcdefg1234567' }))
// Returns a list.
console.log(itchat.search_mps({ name: 'LittleCoder' }).map((mp) => mp.NickName))
// If both are given, only the UserName is used.
console.log(itchat.search_mps({ userName: '@abcdefg1234567', name: 'LittleCoder' }))
await itchat.close()
