/** Sends a daily message to a group, and reminders to people who write `remind 18:30 tea`. They survive a restart. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import itchat, { type Clock, type Itchat, NetworkError, StateError, TEXT } from 'itchat'

/** After a start within `lateMinutes`, the message of the day is sent late; otherwise, it is left out. */
const DAILY = { group: 'Room', hour: 9, minute: 0, lateMinutes: 60, text: 'Good morning!' }
const MAX_REMINDERS = 1_000
const CHECK_MS = 20_000

interface Reminder {
  /** Epoch milliseconds. */
  at: number
  /** Stays the same after a new login, unlike the UserName. */
  puid: string
  text: string
}

interface Schedule {
  /** The day of the latest daily message, such as `Thu Jan 01 2026`. */
  sentOn: string
  reminders: Reminder[]
}

const realTime = { now: () => Date.now(), sleep: (ms: number) => sleep(ms, undefined, { ref: false }) }

export function register(
  bot: Itchat,
  { clock = realTime, file = 'schedule.json' }: { clock?: Pick<Clock, 'now' | 'sleep'>; file?: string } = {},
): void {
  const schedule: Schedule = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { sentOn: '', reminders: [] }
  const save = () => {
    writeFileSync(`${file}.new`, JSON.stringify(schedule), { mode: 0o600 })
    // If the program is killed before this line, the old file is still there.
    renameSync(`${file}.new`, file)
  }

  bot.msgRegister(TEXT, (msg) => {
    const [, hour, minute, text = ''] = /^remind (\d\d?):(\d\d) (.+)$/is.exec(msg.text) ?? []
    if (text === '' || Number(hour) > 23 || Number(minute) > 59) return
    if (schedule.reminders.length >= MAX_REMINDERS) return 'There are too many reminders.'
    const date = new Date(clock.now())
    date.setHours(Number(hour), Number(minute), 0, 0)
    if (date.getTime() <= clock.now()) date.setDate(date.getDate() + 1)
    schedule.reminders.push({ at: date.getTime(), puid: msg.user.puid, text })
    save()
    return `I will remind you on ${date.toDateString()} at ${hour}:${minute}.`
  })

  async function remind({ puid, text }: Reminder): Promise<void> {
    const person = bot.match((contact) => contact.puid === puid)[0]
    // Another person may have the same name: a reminder is private.
    if (!person?.isPuidCertain) throw new Error('The person who wanted a reminder is unknown since the last login.')
    await person.sendMsg(`Reminder: ${text}`)
  }

  async function greet(): Promise<void> {
    const room = bot.chatroomList.find(({ NickName }) => NickName === DAILY.group)
    if (!room) throw new Error(`The group ${JSON.stringify(DAILY.group)} is unknown.`)
    await room.sendMsg(DAILY.text)
  }

  async function sendDue(): Promise<void> {
    const now = new Date(clock.now())
    for (const reminder of schedule.reminders.filter(({ at }) => at <= clock.now())) {
      if (!(await isDone(remind(reminder)))) continue
      schedule.reminders = schedule.reminders.filter((other) => other !== reminder)
      save()
    }
    const minutes = (now.getHours() - DAILY.hour) * 60 + now.getMinutes() - DAILY.minute
    if (minutes < 0 || minutes > DAILY.lateMinutes || schedule.sentOn === now.toDateString()) return
    if (!(await isDone(greet()))) return
    schedule.sentOn = now.toDateString()
    save()
  }

  // A short interval instead of one long timer: timers stand still while the computer sleeps.
  const loop = async () => {
    while (bot.state !== 'closed') {
      if (bot.state === 'online') await sendDue()
      await clock.sleep(CHECK_MS)
    }
  }
  loop().catch((error: unknown) => console.error(`The schedule has stopped: ${error}`))
}

/** Whether a message needs no further attempt. One that may have arrived is not sent again. */
async function isDone(sending: Promise<void>): Promise<boolean> {
  try {
    await sending
    return true
  } catch (error) {
    console.error(`Scheduled message: ${error}`)
    const isNotSent = error instanceof StateError || (error instanceof NetworkError && error.outcome === 'notSent')
    return !isNotSent
  }
}

register(itchat)
await itchat.autoLogin({ hotReload: true, relogin: 'qr' })
process.once('SIGINT', () => itchat.close())
await itchat.run()
