// The bot that kill.mjs kills. It appends a line to a file whenever a handler starts or ends.
import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Itchat, TEXT } from 'itchat'

const [, , baseUrl, folder] = process.argv
const note = (line) => appendFileSync(`${folder}/notes`, `${line}\n`)
const silent = { debug() {}, info() {}, warn() {}, error() {} }
// Exits with the parent process.
process.once('disconnect', () => process.exit(1))
const bot = new Itchat({ baseUrl, logger: silent })
bot.on('error', ({ error, message }) => note(`${error.name} ${message?.text}`))
bot.msgRegister(TEXT, async (msg) => {
  note(`start ${msg.text}`)
  if (msg.text === 'poison') process.kill(process.pid, 'SIGKILL')
  await sleep(Math.random() * 4)
  note(`end ${msg.text}`)
})
await bot.autoLogin({ hotReload: true, statusStorageDir: `${folder}/state.json` })
process.send('online')
await bot.run()
