import { describe, expect, it } from 'vitest'
import { retryDelayMs } from '../../src/phone/api/retry-delay.js'
import { detectLang, stringsOf } from '../../src/phone/i18n/strings.js'
import { countdown, duration, needsSeparator, rowTime, separatorTime } from '../../src/phone/i18n/time.js'

describe('strings', () => {
  const zh = stringsOf('zh')
  const en = stringsOf('en')

  it('exist in both languages, with the same placeholders', () => {
    for (const key of Object.keys(zh) as (keyof typeof zh)[]) {
      const pair = [zh[key], en[key]] as const
      expect(typeof pair[0], key).toBe(typeof pair[1])
      if (typeof pair[0] === 'function') expect(pair[0].length, key).toBe((pair[1] as () => string).length)
      // Chinese has no space between sentences.
      else if (key !== 'gap') expect(pair[0], key).not.toBe('')
    }
  })

  it('contain no exclamation marks', () => {
    for (const strings of [zh, en]) {
      for (const string of Object.values(strings)) expect(String(string)).not.toMatch(/[!！](?!=)/)
    }
  })

  it('follow the browser languages', () => {
    expect(detectLang(['en-GB', 'zh-TW'])).toBe('zh')
    expect(detectLang(['de', 'en'])).toBe('en')
  })
})

describe('times', () => {
  const at = (text: string) => new Date(text).getTime()
  const now = at('2026-03-12T10:00:00')

  it.each([
    ['2026-03-12T09:41:00', '09:41', '09:41'],
    ['2026-03-11T23:59:00', '昨天', 'Yesterday'],
    ['2026-03-09T08:00:00', '周一', 'Mon'],
    ['2026-03-02T08:00:00', '3月2日', 'Mar 2'],
    ['2025-12-31T08:00:00', '2025年12月31日', 'Dec 31, 2025'],
  ])('in a list row: %s is shown as %s', (when, zh, en) => {
    expect(rowTime(at(when), now, 'zh')).toBe(zh)
    expect(rowTime(at(when), now, 'en')).toBe(en)
  })

  it('between messages include the day', () => {
    expect(separatorTime(at('2026-03-12T09:40:00'), now, 'zh')).toBe('今天 09:40')
    expect(separatorTime(at('2026-03-11T09:40:00'), now, 'en')).toBe('Yesterday 09:40')
  })

  it('appear between messages that are more than five minutes apart or on different days', () => {
    const first = at('2026-03-11T23:58:00')
    expect(needsSeparator(undefined, first)).toBe(true)
    expect(needsSeparator(first, first + 60_000)).toBe(false)
    expect(needsSeparator(first, first + 301_000)).toBe(true)
    expect(needsSeparator(first, at('2026-03-12T00:01:00'))).toBe(true)
  })

  it('can be formatted as countdowns and durations', () => {
    expect(countdown(252_000)).toBe('4:12')
    expect(countdown(-5)).toBe('0:00')
    expect(duration(3.2)).toBe('3 ms')
    expect(duration(12_400)).toBe('12.4 s')
  })
})

it('reconnects after 1, 2, 4 and 8 seconds, then every 15 seconds', () => {
  expect([1, 2, 3, 4, 5, 6, 60].map(retryDelayMs)).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000, 15_000])
})
