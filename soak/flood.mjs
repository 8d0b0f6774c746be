// Sends many messages to one bot with hot reload: all must be handled in order, and memory use must stay flat after the
// warm-up.
// node --expose-gc soak/flood.mjs [messages]
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Itchat, TEXT } from 'itchat'
import { silent, startSandboxProcess } from './sandbox.mjs'
import { numberArgument, verdict } from './support.mjs'

const messages = numberArgument(2, 100_000)
const samples = 20
const MIB = 1024 * 1024
const folder = mkdtempSync(join(tmpdir(), 'itchat-flood-'))
const sandbox = await startSandboxProcess()
const bot = new Itchat({ baseUrl: sandbox.url, logger: silent })
const failures = []
try {
  const chats = new Map()
  let handled = 0
  let awaited = Number.POSITIVE_INFINITY
  let arrived = () => {}
  bot.on('error', ({ error }) => failures.push(String(error)))
  bot.msgRegister(TEXT, (msg) => {
    const last = chats.get(msg.user.UserName) ?? -1
    if (Number(msg.text) <= last) failures.push(`message ${msg.text} arrived after message ${last}`)
    chats.set(msg.user.UserName, Number(msg.text))
    if (++handled === awaited) arrived()
  })
  await bot.autoLogin({ hotReload: true, statusStorageDir: join(folder, 'state.json') })
  void bot.run()

  const heap = []
  const resident = []
  const startedAt = performance.now()
  for (let sample = 0; sample < samples; sample++) {
    const count = Math.round(messages / samples)
    awaited = handled + count
    const all = new Promise((resolve) => {
      arrived = resolve
    })
    await sandbox.call('sayMany', { from: handled, count })
    await all
    globalThis.gc()
    heap.push(process.memoryUsage().heapUsed)
    resident.push(process.memoryUsage.rss())
  }
  const seconds = (performance.now() - startedAt) / 1_000
  const warm = samples / 4
  const perMessage = slope(heap.slice(warm)) / (messages / samples)
  const residentMib = (slope(resident.slice(warm)) * (samples - warm)) / MIB
  const storedBytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
  console.log(
    `flood: ${handled} messages in ${seconds.toFixed(1)} s (${Math.round(handled / seconds)} per second); after the warm-up the heap grew by ${perMessage.toFixed(1)} bytes per message, resident memory by ${residentMib.toFixed(1)} MiB in total to ${Math.round(resident.at(-1) / MIB)} MiB; ${(storedBytes / MIB).toFixed(1)} MiB on disk`,
  )
  if (handled !== awaited) failures.push(`${handled} of ${awaited} messages were handled`)
  // During the warm-up, the set of recent message ids fills up. After that, no message may leave anything in memory.
  if (messages >= 50_000 && perMessage > 40)
    failures.push(`the heap grew by ${perMessage.toFixed(1)} bytes per message`)
} finally {
  await bot.close()
  sandbox.stop()
  rmSync(folder, { recursive: true, force: true })
}
verdict(failures)

/** Slope of the least-squares line, in units per sample. */
function slope(values) {
  const middle = (values.length - 1) / 2
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const steps = values.map((_, index) => index - middle)
  return (
    steps.reduce((sum, step, index) => sum + step * (values[index] - mean), 0) /
    steps.reduce((sum, step) => sum + step ** 2, 0)
  )
}
