/** Finds official accounts: all of them, one by its UserName, or by a part of their name. */
import itchat from 'itchat/compat'

await itchat.auto_login()
console.log((await itchat.get_mps({ update: true })).length)
// One, or undefined.
console.log(itchat.search_mps({ userName: '@abcdefg1234567' }))
// A list.
console.log(itchat.search_mps({ name: 'LittleCoder' }).map((mp) => mp.NickName))
// With both, only the UserName counts.
console.log(itchat.search_mps({ userName: '@abcdefg1234567', name: 'LittleCoder' }))
await itchat.close()
