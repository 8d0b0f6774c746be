// Kills a bot at random moments and restarts it. Every message must be handled, and only messages whose handler was running
// when the bot was killed may be handled again. One message kills the process whenever it is handled: it must be set aside,
// along with at most one other message.
// node soak/kill.mjs [messages] [kills]
import { fork } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startSandbox } from 'itchat/sandbox'
import { numberArgument, until, verdict } from './support.mjs'

const messages = numberArgument(2, 2_000)
const kills = numberArgument(3, 50)
const chats = 20
const folder = mkdtempSync(join(tmpdir(), 'itchat-kill-'))
const friends = Array.from({ length: chats }, (_, n) => ({ name: `friend ${n}` }))
const sandbox = await startSandbox({ port: 0, autoLogin: true, floodLimit: false, world: { friends } })
const actors = friends.map(({ name }) => sandbox.friend(name))

let sent = 0
/** Sends messages up to number `count`, each with a unique text. */
function sendUpTo(count) {
  while (sent < Math.min(count, messages)) actors[sent % chats].say(`m${sent++}`)
}

function notes() {
  const found = { start: new Map(), end: new Map(), setAside: new Set() }
  const text = existsSync(`${folder}/notes`) ? readFileSync(`${folder}/notes`, 'utf8') : ''
  for (const line of text.split('\n')) {
    const [event, name] = line.split(' ')
    if (event === 'InterruptedError') found.setAside.add(name)
    else found[event]?.set(name, (found[event].get(name) ?? 0) + 1)
  }
  return found
}

/** Texts of the messages in the journal that are not marked as done. */
function notDone() {
  const waiting = new Map()
  const path = `${folder}/state.json.journal`
  for (const line of existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : []) {
    const record = JSON.parse(line.slice(9))
    if (record.n) waiting.set(record.n, record.sent.Content)
    if (record.done) waiting.delete(record.done)
  }
  return new Set(waiting.values())
}

const start = () => fork(new URL('kill-bot.mjs', import.meta.url), [sandbox.url, folder], { stdio: 'inherit' })
const exitOf = (bot) => new Promise((resolve) => bot.once('exit', resolve))

/** Number of messages that were started but not marked as done when the bot was killed; they may be handled again. */
let inFlight = 0
/** How often each message had been started when it was first found to be done; this number must not increase. */
const done = new Map()
const failures = []
/** Updates `inFlight` and `done` after the bot has exited. */
function recordKill() {
  const waiting = notDone()
  for (const [text, count] of notes().start) {
    if (waiting.has(text)) inFlight++
    else if (!done.has(text)) done.set(text, count)
  }
}
const startedAt = performance.now()
try {
  for (let kill = 0; kill < kills; kill++) {
    const bot = start()
    const exited = exitOf(bot)
    // One bot in five is killed before it is online, but not the first one, whose login creates the session.
    if (kill === 0 || kill % 5 !== 0)
      await Promise.race([new Promise((resolve) => bot.once('message', resolve)), exited])
    if (kill === Math.floor(kills / 2)) actors[0].say('poison')
    const steps = 10
    const lifeMs = Math.random() * 250
    for (let step = 1; step <= steps; step++) {
      sendUpTo(Math.round((messages * (kill + step / steps)) / kills))
      await sleep(lifeMs / steps)
    }
    bot.kill('SIGKILL')
    await exited
    recordKill()
  }
  sendUpTo(messages)
  const isComplete = () => {
    const { end, setAside } = notes()
    return end.size + [...setAside].filter((text) => !end.has(text)).length === messages + 1
  }
  // The poison message may still kill this bot.
  let last = start()
  const restart = () => {
    recordKill()
    last = start()
    last.once('exit', restart)
  }
  last.once('exit', restart)
  await until(isComplete, 60_000)
  last.off('exit', restart)
  const exited = exitOf(last)
  last.kill('SIGTERM')
  await exited

  const { start: started, end, setAside } = notes()
  const repeats = [...started.values()].reduce((sum, count) => sum + count - 1, 0)
  const lost = Array.from({ length: messages }, (_, n) => `m${n}`).filter(
    (text) => !end.has(text) && !setAside.has(text),
  )
  if (lost.length > 0) failures.push(`${lost.length} messages were lost: ${lost.slice(0, 5)}`)
  if (repeats > inFlight)
    failures.push(`${repeats} repeats, but only ${inFlight} handlers were running when the bot was killed`)
  if (!setAside.delete('poison')) failures.push('the message that kills the process was not set aside')
  if (setAside.size > 1) failures.push(`${setAside.size} other messages were set aside: ${[...setAside].slice(0, 5)}`)
  const again = [...done].filter(([text, count]) => started.get(text) !== count)
  if (again.length > 0) failures.push(`${again.length} messages were handled again after they had been marked as done`)
  const alone = [...started.values()].filter((count) => count > 2).length
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1)
  console.log(
    `kill -9: ${messages} messages, ${chats} chats, ${kills} kills, ${seconds} s: ${end.size} handled, ${alone} retried alone, ${setAside.size} of them set aside wrongly, ${repeats} repeats for ${inFlight} handlers in flight`,
  )
} finally {
  await sandbox.close()
  rmSync(folder, { recursive: true, force: true })
}
verdict(failures)
