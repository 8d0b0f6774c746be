// A demo bot that replies to a message after it has read a line from standard input.
import { once } from 'node:events'
import { runDemo } from '../../dist/cli/demo.js'
import itchat, { TEXT } from '../../dist/index.js'

await runDemo(async () => {
  itchat.msgRegister(TEXT, async (msg) => {
    process.stdout.write('handling\n')
    await once(process.stdin, 'data')
    return `answer to ${msg.text}`
  })
  await itchat.autoLogin({ hotReload: true, statusStorageDir: process.env.STATE_FILE })
  await itchat.run()
})
