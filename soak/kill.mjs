// Kills a bot at random moments and restarts it. Every message must be handled, and only messages whose handler was running
// when the bot was killed may be handled again. One message kills the process whenever it is handled: it must be set aside,
// along with at most one other message.
// node soak/kill.mjs [messages] [kills]
import { setTimeout as sleep } from 'node:timers/promises'
import { startSandbox } from 'itchat/sandbox'
import { numberArgument, until, verdict } from './support.mjs'
import { exitOf, onlineOrExited, Victim } from './victim.mjs'

const messages = numberArgument(2, 2_000)
const kills = numberArgument(3, 50)
const chats = 20
const friends = Array.from({ length: chats }, (_, n) => ({ name: `friend ${n}` }))
const sandbox = await startSandbox({ port: 0, autoLogin: true, floodLimit: false, world: { friends } })
const actors = friends.map(({ name }) => sandbox.friend(name))
const victim = new Victim(sandbox.url, ({ Content }) => Content)

let sent = 0
/** Sends messages up to number `count`, each with a unique text. */
function sendUpTo(count) {
  while (sent < Math.min(count, messages)) actors[sent % chats].say(`m${sent++}`)
}

const failures = []
const startedAt = performance.now()
try {
  for (let kill = 0; kill < kills; kill++) {
    const bot = victim.start()
    const exited = exitOf(bot)
    // One bot in five is killed before it is online, but not the first one, whose login creates the session.
    if (kill === 0 || kill % 5 !== 0) await onlineOrExited(bot)
    if (kill === Math.floor(kills / 2)) actors[0].say('poison')
    const steps = 10
    const lifeMs = Math.random() * 250
    for (let step = 1; step <= steps; step++) {
      sendUpTo(Math.round((messages * (kill + step / steps)) / kills))
      await sleep(lifeMs / steps)
    }
    bot.kill('SIGKILL')
    await exited
    victim.recordExit()
  }
  sendUpTo(messages)
  const isComplete = () => {
    const { end, setAside } = victim.notes()
    return end.size + [...setAside].filter((text) => !end.has(text)).length === messages + 1
  }
  // The poison message may still kill this bot.
  let last = victim.start()
  const restart = () => {
    victim.recordExit()
    last = victim.start()
    last.once('exit', restart)
  }
  last.once('exit', restart)
  await until(isComplete, 60_000)
  last.off('exit', restart)
  const exited = exitOf(last)
  last.kill('SIGTERM')
  await exited

  const { start: started, end, setAside } = victim.notes()
  const lost = Array.from({ length: messages }, (_, n) => `m${n}`).filter(
    (text) => !end.has(text) && !setAside.has(text),
  )
  if (lost.length > 0) failures.push(`${lost.length} messages were lost: ${lost.slice(0, 5)}`)
  if (!setAside.delete('poison')) failures.push('the message that kills the process was not set aside')
  if (setAside.size > 1) failures.push(`${setAside.size} other messages were set aside: ${[...setAside].slice(0, 5)}`)
  failures.push(...victim.failures())
  const alone = [...started.values()].filter((count) => count > 2).length
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1)
  console.log(
    `kill -9: ${messages} messages, ${chats} chats, ${kills} kills, ${seconds} s: ${end.size} handled, ${alone} retried alone, ${setAside.size} of them set aside wrongly, ${victim.repeats} repeats for ${victim.inFlight} handlers in flight`,
  )
} finally {
  await sandbox.close()
  victim.remove()
}
verdict(failures)
