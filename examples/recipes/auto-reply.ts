/** Answers keywords, and sends an away message outside working hours. */
import itchat, { type Itchat, TEXT } from 'itchat'

/** The first pattern that matches decides. No answer contains a keyword: two bots must not answer each other for ever. */
const ANSWERS: readonly (readonly [pattern: RegExp, answer: string])[] = [
  [/price|how much|价格|多少钱/i, 'Our list: https://example.com/list'],
  [/where|address|地址|在哪/i, '88 Example Road, Hangzhou'],
]
const ANSWER_INTERVAL_MS = 60_000
const AWAY = 'Thank you for your message. We reply on working days, from 9:00 to 18:00.'
const AWAY_INTERVAL_MS = 60 * 60_000

/** In the time zone of the computer. */
function isWorkingTime(date: Date): boolean {
  const isWeekday = date.getDay() >= 1 && date.getDay() <= 5
  return isWeekday && date.getHours() >= 9 && date.getHours() < 18
}

export function register(bot: Itchat, { clock = Date }: { clock?: { now(): number } } = {}): void {
  /** Until when a text is not sent to a person again. */
  const blockedUntil = new Map<string, number>()

  /** Returns the text, unless this person has received it within `ms`. */
  function onceIn(ms: number, person: string, text: string): string | undefined {
    const now = clock.now()
    for (const [key, until] of blockedUntil) if (until <= now) blockedUntil.delete(key)
    const key = `${person} ${text}`
    if (blockedUntil.has(key)) return undefined
    blockedUntil.set(key, now + ms)
    return text
  }

  bot.msgRegister(TEXT, (msg) => {
    // What you write to yourself and to the file helper arrives, too.
    if (msg.isSelf) return
    const answer = ANSWERS.find(([pattern]) => pattern.test(msg.text))?.[1]
    if (answer !== undefined) return onceIn(ANSWER_INTERVAL_MS, msg.user.puid, answer)
    if (!isWorkingTime(new Date(clock.now()))) return onceIn(AWAY_INTERVAL_MS, msg.user.puid, AWAY)
  })
}

register(itchat)
await itchat.autoLogin({ hotReload: true })
process.once('SIGINT', () => itchat.close())
await itchat.run()
