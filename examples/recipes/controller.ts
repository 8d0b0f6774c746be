/**
 * A program that you control from your own phone: write `help` to the file helper or, with ITCHAT_TRANSPORT=ilink, to the
 * ClawBot chat. Notes and reminders are only in memory: they are lost when the program ends.
 */
import itchat, { type Message, TEXT } from 'itchat'

/** Replies to the text after the name of the command. */
type Command = (text: string, msg: Message) => string

const MAX_MINUTES = 24 * 60
const startedAt = new Date()
const notes: string[] = []

const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['help', () => 'help\nstatus\nnote <text>\nnotes\nremind <minutes> <text>'],
  ['status', () => `${itchat.state}, started ${startedAt.toLocaleString()}, ${notes.length} notes`],
  ['note', (text) => (text === '' ? 'Write: note <text>' : `Saved as note ${notes.push(text)}`)],
  ['notes', () => notes.map((note, index) => `${index + 1}. ${note}`).join('\n') || 'No notes'],
  ['remind', remind],
])

function remind(text: string, msg: Message): string {
  const [, minutes = '', what = ''] = /^(\d+)\s+(.+)$/s.exec(text) ?? []
  if (what === '' || Number(minutes) > MAX_MINUTES) return `Write: remind <minutes, at most ${MAX_MINUTES}> <text>`
  const sendReminder = async () => {
    try {
      // If iLink allows no message at that time, the reminder is sent after your next message.
      await msg.user.send(`Reminder: ${what}`, { queue: true })
    } catch (error) {
      console.error(`Reminder not sent: ${error}`)
    }
  }
  setTimeout(sendReminder, Number(minutes) * 60_000).unref()
  return `Reminder in ${minutes} min: ${what}`
}

/** Web WeChat also delivers the messages of other people; iLink delivers only those of the account's owner. */
const isFromOwner = (msg: Message) => msg.user.UserName === 'filehelper' || !itchat.supports('contacts')

itchat.msgRegister(TEXT, async (msg) => {
  if (!isFromOwner(msg)) return
  const [, name = '', text = ''] = /^\s*(\S*)\s*(.*?)\s*$/s.exec(msg.text) ?? []
  const command = COMMANDS.get(name.toLowerCase())
  await msg.user.send(command?.(text, msg) ?? `Unknown command "${name}". Write "help" for a list.`)
})

await itchat.autoLogin({ relogin: 'qr' })
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => itchat.close())
await itchat.run()
