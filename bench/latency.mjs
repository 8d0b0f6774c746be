// Measures the time from sending a message until its handler is called, over loopback, with an idle bot.
import { Itchat, TEXT } from 'itchat'
import { silent, startSandboxProcess } from './support.mjs'

const ROUNDS = 200
const sandbox = await startSandboxProcess()
const bot = new Itchat({ baseUrl: sandbox.url, logger: silent })
try {
  let handled = () => {}
  bot.msgRegister(TEXT, () => handled())
  await bot.login()
  void bot.run()
  const times = []
  for (let round = 0; round < ROUNDS; round++) {
    await sandbox.call('held')
    const done = new Promise((resolve) => {
      handled = resolve
    })
    const startedAt = performance.now()
    void sandbox.call('say')
    await done
    times.push(performance.now() - startedAt)
  }
  times.sort((a, b) => a - b)
  const at = (share) => times[Math.floor(times.length * share)].toFixed(1)
  console.log(`from send to handler call, ${ROUNDS} messages: median ${at(0.5)} ms, p95 ${at(0.95)} ms`)
} finally {
  await bot.close()
  sandbox.stop()
}
