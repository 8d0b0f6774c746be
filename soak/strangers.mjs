// Many strangers, all known to the server, send one message each to a bot with hot reload: memory use, event-loop pauses
// and throughput must stay constant.
// node --expose-gc soak/strangers.mjs [strangers]
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Itchat, TEXT } from 'itchat'
import { silent, startSandboxProcess } from './sandbox.mjs'
import { numberArgument, verdict, watchPauses } from './support.mjs'

const strangers = numberArgument(2, 55_000)
const samples = 20
const MIB = 1024 * 1024
const MAX_GROWTH_MIB = 40
const MAX_PAUSE_MS = 100
const MIN_RATE = 0.8
const people = Array.from({ length: strangers }, (_, n) => ({
  id: `wxid_${String(n).padStart(12, '0')}`,
  name: `s${n}`,
}))
const folder = mkdtempSync(join(tmpdir(), 'itchat-strangers-'))
const sandbox = await startSandboxProcess({ world: { friends: ['friend'], strangers: people } })
const bot = new Itchat({ baseUrl: sandbox.url, logger: silent })
const failures = []
const pauses = watchPauses()
try {
  let [handled, named] = [0, 0]
  let awaited = Number.POSITIVE_INFINITY
  let arrived = () => {}
  bot.on('error', ({ error }) => failures.push(String(error)))
  bot.msgRegister(TEXT, (msg) => {
    if (msg.user.NickName !== '') named++
    if (++handled === awaited) arrived()
  })
  await bot.autoLogin({ hotReload: true, statusStorageDir: join(folder, 'state.json') })
  void bot.run()

  const [heap, rates] = [[], []]
  let seconds = 0
  pauses.skip()
  for (let sample = 0; sample < samples; sample++) {
    const count = Math.round((strangers * (sample + 1)) / samples) - handled
    awaited = handled + count
    const all = new Promise((resolve) => {
      arrived = resolve
    })
    const ids = people.slice(handled, handled + count).map(({ id }) => id)
    const [startedAt, used] = [performance.now(), process.cpuUsage()]
    await sandbox.call('sayFrom', { ids })
    await all
    const { user, system } = process.cpuUsage(used)
    // Per CPU time, so that other load on the machine does not affect the rate.
    rates.push((count * 1e6) / (user + system))
    seconds += (performance.now() - startedAt) / 1_000
    // No messages are arriving at this point, and the forced collection must not be attributed to the bot.
    globalThis.gc()
    pauses.skip()
    // The first sample includes JIT compilation.
    if (sample === 0) pauses.restart()
    heap.push(process.memoryUsage().heapUsed / MIB)
  }
  const pauseMs = pauses.longestMs
  pauses.stop()
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length
  const quarter = samples / 4
  // The first ten thousand strangers fill the cache.
  const growth = heap.at(-1) - heap[Math.min(samples - 1, Math.ceil((samples * 10_000) / strangers))]
  const [first, last] = [mean(rates.slice(1, quarter + 1)), mean(rates.slice(-quarter))]
  await bot.close()
  const storedBytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
  console.log(
    `strangers: ${handled}, ${named} of them with names; after the warm-up the heap grew by ${growth.toFixed(1)} MiB to ${heap.at(-1).toFixed(1)}; longest pause ${pauseMs.toFixed(0)} ms; ${Math.round(handled / seconds)} messages per second; messages per second of CPU time: ${Math.round(first)} at first, ${Math.round(last)} at the end (${(last / first).toFixed(2)}); ${(storedBytes / MIB).toFixed(1)} MiB on disk`,
  )
  if (growth > MAX_GROWTH_MIB) failures.push(`the heap grew by ${growth.toFixed(1)} MiB after the warm-up`)
  if (pauseMs > MAX_PAUSE_MS) failures.push(`the event loop paused for ${pauseMs.toFixed(0)} ms`)
  if (last < first * MIN_RATE) failures.push(`the rate fell to ${(last / first).toFixed(2)} of the initial rate`)
} finally {
  await bot.close()
  sandbox.stop()
  rmSync(folder, { recursive: true, force: true })
}
verdict(failures)
