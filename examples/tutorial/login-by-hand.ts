/** Performs each step of the login manually, and registers one handler for all messages. */
import { setTimeout as sleep } from 'node:timers/promises'
import itchat from 'itchat/compat'

function output_info(msg: string) {
  console.log(`[INFO] ${msg}`)
}

async function open_QR(): Promise<string> {
  for (let get_count = 0; get_count < 10; get_count++) {
    output_info('Getting uuid')
    let uuid = await itchat.get_QRuuid()
    while (uuid === undefined) {
      uuid = await itchat.get_QRuuid()
      await sleep(1_000)
    }
    output_info('Getting QR code')
    if (await itchat.get_QR(uuid)) {
      output_info('Please scan the QR code')
      return uuid
    }
  }
  output_info('Failed to get a QR code. Please restart the program')
  process.exit(1)
}

let uuid = await open_QR()
let waitForConfirm = false

while (true) {
  const status = await itchat.check_login(uuid)
  if (status === '200') {
    break
  } else if (status === '201') {
    if (!waitForConfirm) {
      output_info('Please press confirm')
      waitForConfirm = true
    }
  } else if (status === '408' || status === '400') {
    output_info('Reloading QR code')
    uuid = await open_QR()
    waitForConfirm = false
  }
}

const userInfo = await itchat.web_init()
await itchat.show_mobile_login()
await itchat.get_friends(true)
output_info(`Logged in as ${userInfo.NickName}`)
itchat.start_receiving()

// start auto-replying
itchat.msg_register((msg) => {
  if (msg.Type === 'Text') return `I received: ${msg.Content}`
})

await itchat.run()
