/** Runs one callback after login and another when the session ends. */
import { setTimeout as sleep } from 'node:timers/promises'
import itchat from 'itchat/compat'

function lc() {
  console.log('Finish Login!')
}
function ec() {
  console.log('exit')
}

await itchat.auto_login({ loginCallback: lc, exitCallback: ec })
await sleep(100)
await itchat.logout()
