// Writes to a bot over iLink while one request in ten encounters a fault of the connection, and further ones encounter a fault
// of the service. Every send must report what the phone shows, nothing may be shown or handled twice, and no message may be
// lost except in a reply that a fault has destroyed, because the service delivers each message only once.
// node --expose-gc soak/ilink-chaos.mjs [minutes of simulated time] [seed]
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ATTACHMENT, Itchat, ServerError, TEXT } from 'itchat'
import { ilink } from 'itchat/ilink'
import { startSandbox } from 'itchat/sandbox'
import { fastClock, seededRandom } from './fast-clock.mjs'
import { silent } from './sandbox.mjs'
import { numberArgument, until, verdict } from './support.mjs'

const minutes = numberArgument(2, 10)
const seed = numberArgument(3, 1)
const speed = 30
const share = 0.1

/** Faults that affect requests of all kinds. */
const CONNECTION = ['drop', 'cut', 'delay', 'status', 'garbage', 'truncate', 'dropReply']
/** Faults that destroy a reply after the service has advanced the cursor. */
const DESTROYING = ['cut', 'truncate', 'dropReply', 'lostReply']
const SERVICE = [
  ...['duplicate', 'duplicateNewId', 'lostReply', 'cursorStuck', 'noContextToken', 'idAsString'],
  ...['noKey', 'rawKey', 'hexKey', 'keyMismatch', 'gateway524', 'raceTimeout', 'pollLock'],
  ...['emptyErrmsg', 'errcodeOnly', 'missingRet', 'noHeader', 'sendEmpty', 'acceptedNotShown', 'lateBatch'],
].map((kind) => ({ kind }))
const CODES = [
  { kind: 'ret', ret: -2, path: 'sendmessage' },
  { kind: 'ret', ret: -14, path: 'sendmessage' },
  { kind: 'ret', ret: -1, path: 'getupdates' },
  { kind: 'ret', ret: -2, path: 'getuploadurl' },
  { kind: 'ret', ret: -4, path: 'getconfig' },
  { kind: 'wrongTypes', path: 'sendmessage' },
]

/** How often the phone may show a message, by the outcome that was reported last. */
const SHOWN = { sent: [1], unconfirmed: [0, 1], unknown: [0, 1], refused: [0], failed: [0] }

/**
 * Warnings of the sandbox that faults cause: the program cannot know the token in a destroyed reply, and all attempts to hide
 * the typing indicator may fail.
 */
const CAUSED = ['context_token is not the latest one', 'the typing indicator is left on; end it with status 2']

const random = seededRandom(seed)
const clock = fastClock(speed)
const folder = mkdtempSync(join(tmpdir(), 'itchat-chaos-'))
const sandbox = await startSandbox({ port: 0, autoLogin: true, ilink: true, clock })
const { clawbot } = sandbox
const bot = new Itchat({ transport: ilink({ baseUrl: sandbox.url, typing: true }), logger: silent, clock })

const failures = []
/** Number of times each message from the owner has been handled, by its text or file name. */
const handled = new Map()
/** Names of the messages that are neither delivered nor lost, by message id. */
const pending = new Map()
/** Names of the messages in the reply that the service is sending. */
let inReply = []
/** Names of the messages in destroyed replies. */
const destroyed = new Set()
/** The outcome of each send, by text or file name: as reported by the event, and by the call. */
const outcomes = new Map()
const returned = new Map()
const emitted = { offline: 0, online: 0, errors: 0, downloads: 0 }
let expected = 'online'
bot.on('offline', () => {
  emitted.offline++
  expected = 'reconnecting'
})
bot.on('online', () => {
  emitted.online++
  expected = 'online'
})
bot.on('error', ({ error }) => {
  emitted.errors++
  failures.push(`error event: ${error}`)
})
bot.on('sent', ({ outcome, content }) => outcomes.set(content.text ?? content.name, outcome))

sandbox.on('delivered', ({ ids }) => {
  inReply = ids.map((id) => pending.get(id))
  for (const id of ids) pending.delete(id)
})
sandbox.on('request', ({ endpoint, durationMs, faults = [] }) => {
  if (endpoint !== 'getupdates' || durationMs === undefined) return
  const lost = faults.includes('lostReply') ? [...inReply, ...pending.values()] : inReply
  if (faults.some((kind) => DESTROYING.includes(kind))) for (const name of lost) destroyed.add(name)
  if (faults.includes('lostReply')) pending.clear()
  inReply = []
})

/** Makes a send and records what the call returned. */
async function send(name, call) {
  try {
    const { MsgID, unconfirmed, queued } = await call()
    if ((MsgID === '') !== (unconfirmed === true || queued === true)) failures.push(`${name}: MsgID is "${MsgID}"`)
    returned.set(name, queued ? 'queued' : unconfirmed ? 'unconfirmed' : 'sent')
  } catch (error) {
    const isRefusal = error instanceof ServerError
    returned.set(name, isRefusal ? 'refused' : error.outcome === 'unknown' ? 'unknown' : 'failed')
  }
}

function recordHandled(name) {
  handled.set(name, (handled.get(name) ?? 0) + 1)
}

bot.msgRegister(TEXT, async (msg) => {
  recordHandled(msg.text)
  await send(`re ${msg.text}`, () => msg.reply(`re ${msg.text}`))
})
bot.msgRegister(ATTACHMENT, async (msg) => {
  const name = msg.fileName
  recordHandled(name)
  let download
  try {
    download = await msg.download(join(folder, name))
  } catch {
    emitted.downloads++
    return
  }
  if (!download.verified) return
  if (readFileSync(download.path, 'utf8') !== contentOf(name))
    failures.push(`${name} was downloaded with other content`)
  await send(`re-${name}`, () => bot.sendFile(download.path, undefined, { name: `re-${name}` }))
})

const contentOf = (name) => `${name} `.repeat(1_000)

/** Writes a message from the owner. */
function write(name) {
  handled.set(name, 0)
  const message = name.startsWith('f')
    ? clawbot.send({ kind: 'file', name, bytes: Buffer.from(contentOf(name)) })
    : clawbot.say(name)
  pending.set(message.id, name)
}

const countHandles = () => process.getActiveResourcesInfo().length
const heapMib = () => {
  globalThis.gc()
  return process.memoryUsage().heapUsed / 2 ** 20
}

try {
  await bot.autoLogin({ hotReload: true, statusStorageDir: join(folder, 'state.json') })
  void bot.run()
  await clawbot.online()
  const before = { handles: countHandles(), heap: heapMib() }
  const connection = CONNECTION.map((kind) => ({ kind, probability: share / CONNECTION.length }))
  const others = [...SERVICE, ...CODES].map((fault) => ({ ...fault, probability: share / 5 }))
  const faults = [...connection, ...others].map((fault, index) => sandbox.faults.add({ ...fault, seed: seed + index }))

  const endAt = clock.now() + minutes * 60_000
  let [written, pushed] = [0, 0]
  const pushes = []
  while (clock.now() < endAt) {
    for (let n = Math.floor(random() * 3); n > 0; n--) write(random() < 0.2 ? `f${written++}.txt` : `m${written++}`)
    if (random() < 0.4) {
      const name = `push ${pushed++}`
      const options = random() < 0.5 ? { queue: true } : {}
      pushes.push(send(name, () => bot.send(name, undefined, options)))
    }
    if (bot.state !== expected)
      failures.push(`the state was ${bot.state}, but ${expected} was expected after the last event`)
    await clock.sleep(500 + random() * 1_000)
  }
  const hits = faults.reduce((sum, fault) => sum + fault.hits, 0)
  const kinds = new Set(faults.filter((fault) => fault.hits > 0).map((fault) => fault.kind)).size
  sandbox.faults.clear()
  // Also sends what is still queued.
  write('last')
  await until(() => handled.get('last') > 0 && returned.has('re last'), 30_000).catch(() => {})
  await Promise.all(pushes)
  await until(() => ![...outcomes.values()].includes('queued'), 30_000).catch(() => {})
  await until(() => bot.state === 'online', 10_000).catch(() => failures.push(`the state was ${bot.state} at the end`))
  clawbot.showLate()

  const shown = new Map()
  for (const message of clawbot.unread) {
    const name = message.kind === 'file' ? message.name : message.text
    shown.set(name, (shown.get(name) ?? 0) + 1)
    if (message.kind === 'file' && String(await message.bytes()) !== contentOf(name.slice('re-'.length)))
      failures.push(`${name} is shown with other content`)
  }
  const lost = [...handled].filter(([name, count]) => count === 0 && !destroyed.has(name))
  const twice = [...handled].filter(([, count]) => count > 1)
  if (lost.length > 0) failures.push(`${lost.length} messages were lost, first: ${lost[0][0]}`)
  if (twice.length > 0) failures.push(`${twice.length} messages were handled twice, first: ${twice[0][0]}`)
  const tally = { sent: 0, unconfirmed: 0, unknown: 0, refused: 0, failed: 0 }
  for (const [name, outcome] of outcomes) {
    const count = shown.get(name) ?? 0
    tally[outcome]++
    if (!SHOWN[outcome]?.includes(count)) {
      const reasons = clawbot.dropped.filter(({ text }) => text === name).map(({ reason }) => reason)
      failures.push(`${name} is shown ${count} times; reported outcome: ${outcome}; dropped by the sandbox: ${reasons}`)
    }
    const answer = returned.get(name)
    // The call also reports an unknown outcome when only the upload before the message was interrupted.
    const isConsistent = answer === outcome || answer === 'queued' || (answer === 'unknown' && outcome === 'failed')
    if (!isConsistent) failures.push(`${name}: the event reported ${outcome}, the call ${answer}`)
  }
  for (const [name, count] of shown) {
    if (!outcomes.has(name)) failures.push(`${name} is shown, but no outcome was reported`)
    if (count > 1) failures.push(`${name} is shown ${count} times`)
  }
  const caused = sandbox.warnings.filter(({ text }) => CAUSED.includes(text))
  for (const { endpoint, text } of sandbox.warnings)
    if (!CAUSED.includes(text)) failures.push(`warning of the sandbox: ${endpoint}: ${text}`)
  const after = { handles: countHandles(), heap: heapMib() }
  if (after.handles > before.handles + 20)
    failures.push(`the number of handles grew from ${before.handles} to ${after.handles}`)
  // The sandbox also runs in this process, and it stores all messages and files.
  if (minutes >= 10 && after.heap > before.heap + 40)
    failures.push(`the heap grew from ${before.heap} to ${after.heap} MiB`)
  console.log(
    `chaos over iLink: seed ${seed}, ${minutes} min of simulated time, ${written} messages, ${hits} faults of ${kinds} kinds; offline ${emitted.offline} times; ${destroyed.size} messages in destroyed replies, ${lost.length} lost otherwise, ${twice.length} handled twice; sends ${tally.sent} sent, ${tally.unconfirmed} unconfirmed, ${tally.unknown} unknown, ${tally.refused} refused, ${tally.failed} failed; ${emitted.downloads} downloads failed; warnings caused by faults: ${caused.length}; heap ${before.heap.toFixed(1)} to ${after.heap.toFixed(1)} MiB, handles ${before.handles} to ${after.handles}`,
  )
} finally {
  await bot.close()
  await sandbox.close()
  rmSync(folder, { recursive: true, force: true })
}
verdict(failures)
