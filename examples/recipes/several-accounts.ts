/** Runs two accounts in one program. What is urgent for the one at work is reported by the one at home. */
import { mkdir } from 'node:fs/promises'
import { Itchat, TEXT } from 'itchat'

const URGENT = /urgent|紧急/i

export function register(work: Itchat, home: Itchat): void {
  work.msgRegister(TEXT, async (msg) => {
    if (msg.isSelf || !URGENT.test(msg.text)) return
    // `sendMsg` sends exactly this text. Each account has a file helper of its own.
    await home.sendMsg(`${msg.user.RemarkName || msg.user.NickName}: ${msg.text}`, 'filehelper')
    return 'I have seen it and will call you.'
  })
  home.msgRegister(TEXT, (msg) => (msg.isSelf && msg.text === 'status' ? `Work is ${work.state}.` : undefined))
}

const work = new Itchat({ downloadDir: 'work' })
const home = new Itchat({ downloadDir: 'home' })
register(work, home)

// One after the other: each login shows a QR code.
for (const [name, account] of Object.entries({ work, home })) {
  console.log(`Login of the account ${name}:`)
  await mkdir(name, { recursive: true })
  await account.autoLogin({ hotReload: true, statusStorageDir: `${name}/itchat.json`, relogin: 'qr' })
}
process.once('SIGINT', () => Promise.all([work.close(), home.close()]))
await Promise.all([work.run(), home.run()])
