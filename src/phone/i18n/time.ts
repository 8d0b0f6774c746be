import type { Lang } from './strings.js'

const DAY_MS = 86_400_000
const SEPARATE_AFTER_MS = 5 * 60_000

/** Formats a time of day: `09:41`. */
export function clock(at: number): string {
  const date = new Date(at)
  return `${pad(date.getHours())}:${pad(date.getMinutes())}`
}

/** Formats a time of day with seconds: `09:41:02`. */
export function clockSeconds(at: number): string {
  return `${clock(at)}:${pad(new Date(at).getSeconds())}`
}

/** Formats a time as minutes, seconds and milliseconds: `41:02.118`. */
export function wireClock(at: number): string {
  const date = new Date(at)
  return `${pad(date.getMinutes())}:${pad(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

/** Formats the remaining time: `4:12`. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  return `${Math.floor(seconds / 60)}:${pad(seconds % 60)}`
}

/** Formats a long remaining time to two units: `23 小时 5 分`, `4 min 12 s`. */
export function timeLeft(ms: number, lang: Lang): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  const units = lang === 'zh' ? [' 小时', ' 分', ' 秒'] : [' h', ' min', ' s']
  const amounts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const first = amounts.findIndex((amount) => amount > 0)
  if (first < 0) return `0${units[2]}`
  return amounts
    .map((amount, index) => `${amount}${units[index]}`)
    .slice(first, first + 2)
    .filter((text) => !text.startsWith('0 '))
    .join(' ')
}

/** Formats a duration: `3 ms`, `12.4 s`. */
export function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

/** Formats the time in a list row: `09:41`, yesterday, a weekday or a date. */
export function rowTime(at: number, now: number, lang: Lang): string {
  return daysAgo(at, now) <= 0 ? clock(at) : dayName(at, now, lang)
}

/** Formats the time shown between messages: `今天 09:40`. */
export function separatorTime(at: number, now: number, lang: Lang): string {
  return `${dayName(at, now, lang)} ${clock(at)}`
}

/** Whether two adjacent messages are far enough apart to show the time between them. */
export function needsSeparator(before: number | undefined, at: number): boolean {
  return before === undefined || at - before > SEPARATE_AFTER_MS || startOfDay(before) !== startOfDay(at)
}

function dayName(at: number, now: number, lang: Lang): string {
  const date = new Date(at)
  const days = daysAgo(at, now)
  if (days <= 0) return lang === 'zh' ? '今天' : 'Today'
  if (days === 1) return lang === 'zh' ? '昨天' : 'Yesterday'
  if (days < 7) {
    return date.toLocaleDateString(lang === 'zh' ? 'zh-CN' : 'en', { weekday: 'short' })
  }
  const sameYear = date.getFullYear() === new Date(now).getFullYear()
  if (lang === 'zh') {
    const day = `${date.getMonth() + 1}月${date.getDate()}日`
    return sameYear ? day : `${date.getFullYear()}年${day}`
  }
  return date.toLocaleDateString('en', { month: 'short', day: 'numeric', ...(sameYear ? {} : { year: 'numeric' }) })
}

function daysAgo(at: number, now: number): number {
  return Math.round((startOfDay(now) - startOfDay(at)) / DAY_MS)
}

function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0)
}

function pad(value: number): string {
  return String(value).padStart(2, '0')
}
