import { type Itchat, type ItchatOptions, TEXT } from 'itchat'
import { botFor, sandboxFor } from './bot.js'
import { wireTo } from './wire.js'

/** Starts an online bot that echoes text and has a pending poll. The test can tamper with its connection. */
export async function echoBot(options: ItchatOptions = {}) {
  const sandbox = await sandboxFor()
  const wire = await wireTo(sandbox)
  const bot = botFor(wire, options)
  bot.msgRegister(TEXT, (msg) => `got ${msg.text}`)
  await bot.login()
  const running = bot.run()
  await sandbox.held('synccheck')
  return { sandbox, wire, bot, running, friend: sandbox.friend('小满') }
}

/** Records each event with the `state` at that time. */
export function states(bot: Itchat): string[] {
  const seen: string[] = []
  for (const event of ['offline', 'online', 'logout'] as const) bot.on(event, () => seen.push(`${event} ${bot.state}`))
  return seen
}
