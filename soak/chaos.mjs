// Sends messages while one in ten requests encounters a fault: no message may be lost or handled twice, and every send must
// report its true outcome.
// node --expose-gc soak/chaos.mjs [minutes of simulated time] [seed]
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Itchat, TEXT } from 'itchat'
import { startSandbox } from 'itchat/sandbox'
import { fastClock, seededRandom } from './fast-clock.mjs'
import { silent } from './sandbox.mjs'
import { numberArgument, until, verdict } from './support.mjs'

const minutes = numberArgument(2, 10)
const seed = numberArgument(3, 1)
const speed = 30
const share = 0.1

const random = seededRandom(seed)
const clock = fastClock(speed)
const folder = mkdtempSync(join(tmpdir(), 'itchat-chaos-'))
const names = Array.from({ length: 12 }, (_, n) => `friend ${n}`)
const world = { friends: names.map((name) => ({ name })), groups: [{ topic: 'all', members: names }] }
const sandbox = await startSandbox({ port: 0, autoLogin: true, floodLimit: false, clock, world })
const bot = new Itchat({ baseUrl: sandbox.url, logger: silent, clock })

const failures = []
/** Number of times each message has been handled, by text. */
const handled = new Map()
/** Reported outcome of each reply, by text. */
const outcomes = new Map()
const emitted = { offline: 0, online: 0, errors: 0 }
let expected = 'online'
bot.on('offline', () => {
  emitted.offline++
  expected = 'reconnecting'
})
bot.on('online', () => {
  emitted.online++
  expected = 'online'
})
// Fetching an unknown contact may fail; the message is delivered regardless.
bot.on('error', ({ error }) => {
  emitted.errors++
  if (!['NetworkError', 'ProtocolError'].includes(error.name)) failures.push(`error event: ${error}`)
})
bot.msgRegister(TEXT, { isFriendChat: true, isGroupChat: true }, async (msg) => {
  handled.set(msg.text, (handled.get(msg.text) ?? 0) + 1)
  const reply = `re ${msg.text}`
  try {
    await msg.reply(reply)
    outcomes.set(reply, 'sent')
  } catch (error) {
    outcomes.set(reply, error.outcome ?? `${error}`)
  }
})

const countHandles = () => process.getActiveResourcesInfo().length
const heapMib = () => {
  globalThis.gc()
  return process.memoryUsage().heapUsed / 2 ** 20
}

try {
  await bot.autoLogin({ hotReload: true, statusStorageDir: join(folder, 'state.json') })
  void bot.run()
  await sandbox.online()
  const before = { handles: countHandles(), heap: heapMib() }
  const kinds = ['drop', 'dropReply', 'cut', 'truncate', 'delay', 'status', 'garbage', 'duplicate', 'syncKeyReset']
  const faults = kinds.map((kind, index) =>
    sandbox.faults.add({ kind, probability: share / kinds.length, seed: seed + index }),
  )
  const wrongTypes = { kind: 'wrongTypes', path: 'webwxsendmsg', probability: share / kinds.length, seed }
  faults.push(sandbox.faults.add(wrongTypes))

  const endAt = clock.now() + minutes * 60_000
  let sent = 0
  while (clock.now() < endAt) {
    for (let n = Math.floor(random() * 3); n > 0; n--) {
      const name = names[Math.floor(random() * names.length)]
      const speaker = random() < 0.2 ? sandbox.group('all').member(name) : sandbox.friend(name)
      speaker.say(`m${sent}`)
      handled.set(`m${sent++}`, 0)
    }
    if (bot.state !== expected)
      failures.push(`the state was ${bot.state}, but ${expected} was expected after the last event`)
    await clock.sleep(500 + random() * 1_000)
  }
  const hits = faults.reduce((sum, fault) => sum + fault.hits, 0)
  sandbox.faults.clear()
  await until(() => [...handled.values()].every((count) => count > 0) && outcomes.size === sent, 30_000).catch(() => {})
  await until(() => bot.state === 'online', 10_000).catch(() => failures.push(`the state was ${bot.state} at the end`))

  const arrived = new Map()
  const chats = [...names.map((name) => sandbox.friend(name)), sandbox.group('all')]
  for (const { text } of chats.flatMap((chat) => chat.unread)) arrived.set(text, (arrived.get(text) ?? 0) + 1)
  const lost = [...handled].filter(([, count]) => count === 0)
  const twice = [...handled].filter(([, count]) => count > 1)
  if (lost.length > 0) failures.push(`${lost.length} messages were lost, first: ${lost[0][0]}`)
  if (twice.length > 0) failures.push(`${twice.length} messages were handled twice, first: ${twice[0][0]}`)
  const tally = { sent: 0, unknown: 0, notSent: 0 }
  for (const [reply, outcome] of outcomes) {
    const count = arrived.get(reply) ?? 0
    tally[outcome]++
    const isTrue = { sent: count === 1, unknown: count <= 1, notSent: count === 0 }[outcome]
    if (!isTrue) failures.push(`${reply} arrived ${count} times; reported outcome: ${outcome}`)
  }
  const after = { handles: countHandles(), heap: heapMib() }
  if (after.handles > before.handles + 20)
    failures.push(`the number of handles grew from ${before.handles} to ${after.handles}`)
  // The sandbox also runs in this process, and it stores all messages.
  if (minutes >= 10 && after.heap > before.heap + 20)
    failures.push(`the heap grew from ${before.heap} to ${after.heap} MiB`)
  console.log(
    `chaos: seed ${seed}, ${minutes} min of simulated time, ${sent} messages, ${hits} faults; offline ${emitted.offline} times, ${emitted.errors} error events; replies ${tally.sent} sent, ${tally.unknown} unknown, ${tally.notSent} not sent; heap ${before.heap.toFixed(1)} to ${after.heap.toFixed(1)} MiB, handles ${before.handles} to ${after.handles}`,
  )
} finally {
  await bot.close()
  await sandbox.close()
  rmSync(folder, { recursive: true, force: true })
}
verdict(failures)
