// A sandbox in a process of its own, so that a measurement of the client holds the client alone.
import { startSandbox } from 'itchat/sandbox'

const { start } = await new Promise((resolve) => process.once('message', resolve))
const sandbox = await startSandbox({ port: 0, autoLogin: true, floodLimit: false, mediaLimitBytes: 2 ** 30, ...start })
process.on('message', async ({ id, call, options }) => {
  const friend = sandbox.friend('林小满')
  const answer = {
    say: () => friend.say('x').id,
    sendFile: () =>
      friend.send({ kind: 'file', name: 'large.bin', bytes: Buffer.alloc(options?.sizeBytes ?? 0, 7) }).id,
    held: () => sandbox.held('synccheck'),
  }
  process.send({ id, result: await answer[call]() })
})
process.send({ url: sandbox.url })
