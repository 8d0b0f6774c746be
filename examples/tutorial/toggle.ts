/** Turns replies to groups on and off while the program is running. */
import { setTimeout as sleep } from 'node:timers/promises'
import itchat, { TEXT } from 'itchat/compat'

let replyToGroupChat = true
let functionStatus = false

function change_function() {
  if (replyToGroupChat !== functionStatus) {
    if (replyToGroupChat) {
      itchat.msg_register(TEXT, { isGroupChat: true }, (msg) => {
        if (msg.Text.includes('关闭')) {
          replyToGroupChat = false
          return '已关闭'
        } else if (msg.Text.includes('开启')) {
          return '已经在运行'
        }
        return '输入"关闭" 或者 "开启" 测试功能'
      })
    } else {
      itchat.msg_register(TEXT, { isGroupChat: true }, (msg) => {
        if (msg.Text.includes('开启')) {
          replyToGroupChat = true
          return '重新开启成功'
        }
      })
    }

    functionStatus = replyToGroupChat
  }
}

await itchat.auto_login()
void itchat.run()
// The loop in the Python version never ends; this one ends with the session.
while (!['loggedOut', 'closed'].includes(itchat.state)) {
  change_function()
  await sleep(1_000)
}
