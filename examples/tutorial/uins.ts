/** Prints the Uins that the server reveals when a chat is pinned or opened on the phone. */
import itchat, { SYSTEM } from 'itchat/compat'

await itchat.auto_login()

itchat.msg_register(SYSTEM, (msg) => {
  if (msg.SystemInfo !== 'uins') return
  const [ins] = itchat.instanceList
  if (!ins) return
  const fullContact = [...ins.memberList, ...ins.chatroomList, ...ins.mpList]
  console.log('** Uin updated **')
  for (const username of msg.Text) {
    const member = itchat.utils.search_dict_list(fullContact, 'UserName', username)
    console.log(`${member?.NickName ?? ''}: ${member?.Uin}`)
  }
})

await itchat.run(true)
