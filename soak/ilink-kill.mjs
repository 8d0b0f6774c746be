// Kills a bot over iLink at random moments and restarts it. The service forgets a message once it was in the reply to a poll,
// so a kill may lose the reply that has not reached the journal yet, but nothing else. Every other message must be handled,
// and only messages whose handler was running when the bot was killed may be handled again.
// node soak/ilink-kill.mjs [messages] [kills]
import { setTimeout as sleep } from 'node:timers/promises'
import { startSandbox } from 'itchat/sandbox'
import { numberArgument, until, verdict } from './support.mjs'
import { exitOf, onlineOrExited, Victim } from './victim.mjs'

const messages = numberArgument(2, 1_000)
const kills = numberArgument(3, 50)
const sandbox = await startSandbox({ port: 0, autoLogin: true, ilink: true })
const { clawbot } = sandbox
const textOf = ({ item_list: [item] }) => item.text_item.text
const victim = new Victim(sandbox.url, textOf, { ITCHAT_TRANSPORT: 'ilink' })

/** Maximum pause between two messages from the owner, in milliseconds. */
const MAX_GAP_MS = 10

const texts = new Map()
let sent = 0
/** Writes a message with a unique text. */
function write(text = `m${sent++}`) {
  texts.set(clawbot.say(text).id, text)
}

/** The texts in each reply that the service has sent, by the number of the process that polled. */
const replies = new Map()
sandbox.on('delivered', ({ chatId, ids }) => {
  if (chatId !== clawbot.id) return
  // Every process announces its start before its first poll.
  const process = clawbot.notified.starts
  replies.set(process, [...(replies.get(process) ?? []), ids.map((id) => texts.get(id))])
})

const failures = []
const startedAt = performance.now()
try {
  for (let kill = 0; kill < kills; kill++) {
    const bot = victim.start()
    const exited = exitOf(bot)
    // One bot in five is killed before it is online, but not the first one, whose login creates the binding.
    if (kill === 0 || kill % 5 !== 0) await onlineOrExited(bot)
    // The owner goes on writing before and after the kill.
    const messagesUntil = Math.round((messages * (kill + 1)) / kills)
    setTimeout(() => bot.kill('SIGKILL'), (Math.random() * (messages * MAX_GAP_MS)) / kills / 2)
    while (sent < messagesUntil) {
      write()
      await sleep(Math.random() * MAX_GAP_MS)
    }
    await exited
    victim.recordExit()
  }
  const last = victim.start()
  const exited = exitOf(last)
  // Before this process is online, the message could be lost in the reply to the last poll of the killed one.
  await onlineOrExited(last)
  // Messages are handled in order, and no kill follows.
  write('last')
  await until(() => victim.notes().end.has('last'), 60_000)
  last.kill('SIGTERM')
  await exited

  const { end, setAside } = victim.notes()
  const lost = [...texts.values()].filter((text) => !end.has(text) && !setAside.has(text))
  const inFlight = [...replies].map(([, ofProcess]) => ofProcess.at(-1)).slice(0, -1)
  const lostReplies = inFlight.filter((reply) => reply.some((text) => lost.includes(text)))
  const unexplained = lost.filter((text) => !lostReplies.flat().includes(text))
  if (unexplained.length > 0)
    failures.push(`${unexplained.length} messages outside the replies in flight were lost: ${unexplained.slice(0, 5)}`)
  if (lostReplies.length > kills) failures.push(`${kills} kills lost ${lostReplies.length} replies`)
  failures.push(...victim.failures())
  for (const { text } of sandbox.warnings) failures.push(`warning of the sandbox: ${text}`)
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1)
  console.log(
    `kill -9 over iLink: ${messages} messages, ${kills} kills, ${seconds} s: ${end.size - 1} handled, ${lost.length} lost in ${lostReplies.length} poll replies in flight, ${setAside.size} set aside, ${victim.repeats} repeats for ${victim.inFlight} handlers in flight`,
  )
} finally {
  await sandbox.close()
  victim.remove()
}
verdict(failures)
