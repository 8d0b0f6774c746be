/** Handles pending messages one at a time, between other work. */
import { setTimeout as sleep } from 'node:timers/promises'
import itchat, { TEXT } from 'itchat/compat'

itchat.msg_register(TEXT, (msg) => msg.text)

await itchat.auto_login()
// The loop in the Python version never ends; this one ends with the session.
while (!['loggedOut', 'closed'].includes(itchat.state)) {
  await itchat.configured_reply()
  // some other functions
  await sleep(10)
}
