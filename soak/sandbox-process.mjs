// Runs a sandbox in its own process, so that measurements cover only the client.
import { startSandbox } from 'itchat/sandbox'

const { start } = await new Promise((resolve) => process.once('message', resolve))
const sandbox = await startSandbox({ port: 0, autoLogin: true, floodLimit: false, mediaLimitBytes: 2 ** 30, ...start })
process.on('message', async ({ id, call, options }) => {
  const commands = {
    sayMany: ({ from, count }) => {
      const friends = ['林小满', '沈青禾', '周望舒'].map((name) => sandbox.friend(name))
      for (let n = from; n < from + count; n++) friends[n % friends.length].say(`${n}`)
    },
    sayFrom: ({ ids }) => {
      for (const from of ids) sandbox.raw({ from, MsgType: 1, Content: 'x' })
    },
  }
  process.send({ id, result: await commands[call](options) })
})
process.send({ url: sandbox.url })
