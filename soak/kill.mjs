// A bot is killed at random instants and started again. Every message has to be handled; again only when its handler ran at a
// kill. One message ends the process whenever it is handled: it has to be set aside, and one innocent message at most.
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

let said = 0
/** Says messages up to a number, each a text of its own. */
function sayUpTo(count) {
  while (said < Math.min(count, messages)) actors[said % chats].say(`m${said++}`)
}

function notes() {
  const found = { start: new Map(), end: new Map(), setAside: new Set() }
  const text = existsSync(`${folder}/notes`) ? readFileSync(`${folder}/notes`, 'utf8') : ''
  for (const line of text.split('\n')) {
    const [what, name] = line.split(' ')
    if (what === 'InterruptedError') found.setAside.add(name)
    else found[what]?.set(name, (found[what].get(name) ?? 0) + 1)
  }
  return found
}

/** Texts that the journal holds without a mark that they are done. */
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
const ended = (bot) => new Promise((resolve) => bot.once('exit', resolve))

/** Started and not known to be done, at a kill: these may come again. */
let inFlight = 0
/** Known to be done at a kill: these may not. */
const done = new Map()
const failures = []
/** After the bot died. */
function look() {
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
    const gone = ended(bot)
    // Some die before they are online; not the first, whose login is the session that all this is about.
    if (kill === 0 || kill % 5 !== 0) await Promise.race([new Promise((resolve) => bot.once('message', resolve)), gone])
    if (kill === Math.floor(kills / 2)) actors[0].say('poison')
    const steps = 10
    const lifeMs = Math.random() * 250
    for (let step = 1; step <= steps; step++) {
      sayUpTo(Math.round((messages * (kill + step / steps)) / kills))
      await sleep(lifeMs / steps)
    }
    bot.kill('SIGKILL')
    await gone
    look()
  }
  sayUpTo(messages)
  const isOver = () => {
    const { end, setAside } = notes()
    return end.size + [...setAside].filter((text) => !end.has(text)).length === messages + 1
  }
  // It may still die of the one message.
  let last = start()
  const died = () => {
    look()
    last = start()
    last.once('exit', died)
  }
  last.once('exit', died)
  await until(isOver, 60_000)
  last.off('exit', died)
  const gone = ended(last)
  last.kill('SIGTERM')
  await gone

  const { start: started, end, setAside } = notes()
  const repeats = [...started.values()].reduce((sum, count) => sum + count - 1, 0)
  const lost = Array.from({ length: messages }, (_, n) => `m${n}`).filter(
    (text) => !end.has(text) && !setAside.has(text),
  )
  if (lost.length > 0) failures.push(`${lost.length} messages were lost: ${lost.slice(0, 5)}`)
  if (repeats > inFlight) failures.push(`${repeats} repeats, but only ${inFlight} handlers ran at the kills`)
  if (!setAside.delete('poison')) failures.push('the message that ends the process was not set aside')
  if (setAside.size > 1)
    failures.push(`${setAside.size} innocent messages were set aside: ${[...setAside].slice(0, 5)}`)
  const again = [...done].filter(([text, count]) => started.get(text) !== count)
  if (again.length > 0) failures.push(`${again.length} messages were handled again after they were done`)
  const alone = [...started.values()].filter((count) => count > 2).length
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1)
  console.log(
    `kill -9: ${messages} messages, ${chats} chats, ${kills} kills, ${seconds} s: ${end.size} handled, ${alone} tried alone, ${setAside.size} of them innocent and set aside, ${repeats} repeats of ${inFlight} handlers in flight`,
  )
} finally {
  await sandbox.close()
  rmSync(folder, { recursive: true, force: true })
}
verdict(failures)
