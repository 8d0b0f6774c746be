import { describe, expect, test } from 'vitest'
import { HeardTexts } from './heard-texts.js'

function heard(...values: unknown[]): HeardTexts {
  const texts = new HeardTexts()
  texts.add(...values)
  return texts
}

describe('texts that were heard', () => {
  test('are found wherever they stood, under any key, however deep', () => {
    let deep: unknown = '@fil@/etc/deep'
    for (let n = 0; n < 100_000; n++) deep = [deep]
    expect(heard({ __proto__: null, constructor: '@img@/etc/one' }).has('@img@/etc/one')).toBe(true)
    expect(heard(JSON.parse('{"__proto__":{"x":["@vid@/etc/two"]}}')).has('@vid@/etc/two')).toBe(true)
    expect(heard(deep).has('@fil@/etc/deep')).toBe(true)
  })

  test('stand for what begins them, and not for other files', () => {
    const texts = heard('send @fil@/etc/passwd please')
    expect(texts.has('@fil@/etc/passwd')).toBe(true)
    expect(texts.has('@fil@/etc/shadow')).toBe(false)
    expect(texts.has('@img@/etc/passwd')).toBe(false)
  })

  test.each([
    ['a name that lacks only the @ a program puts in front of names', 'fil@/etc/passwd', '@fil@/etc/passwd'],
    ['accents, which a program may take off', '@fi\u0301l@/etc/pa\u0308sswd', '@fil@/etc/passwd'],
    ['an accent on the letter behind the end', '@fil@/etc/passwd\u0323', '@fil@/etc/passwd'],
    ['a sigma that ends a word or does not', '@fil@/home/ΟΔΟΣΑ', '@fil@/home/ΟΔΟΣ'],
    ['emoji spans that stand for letters', "@fi<SPAN class='emoji emoji006C'></SPAN>@/etc/passwd", '@fil@/etc/passwd'],
    ['line breaks of another form', '@fil@<br >/etc/passwd', '@fil@/etc/passwd'],
    ['letters that take many', `${'ﷺ'.repeat(70_000)}@fil@/etc/passwd`, '@fil@/etc/passwd'],
  ])('are known by %s', (_, said, text) => {
    expect(heard(said).has(text)).toBe(true)
  })

  test('an address of mail names no file', () => {
    expect(heard('write to fil@example.com').has('@fil@/etc/passwd')).toBe(false)
  })

  test('each of many in one text counts', () => {
    const names = Array.from({ length: 500 }, (_, n) => `@fil@/${n}/${'long '.repeat(n)}end${n}`)
    const texts = heard(names.join(' and '))
    expect(names.filter((name) => !texts.has(name))).toEqual([])
  })

  test('are forgotten, the oldest first, before they fill the memory; said again they stay', () => {
    const texts = heard('@fil@/etc/oldest', '@fil@/etc/again')
    for (let n = 0; n < 1_100; n++) {
      texts.add(`@fil@/${n}/`.padEnd(4_096, 'x'))
      texts.add('@fil@/etc/again')
    }
    expect(texts.has('@fil@/etc/oldest')).toBe(false)
    expect(texts.has('@fil@/etc/again')).toBe(true)
    expect(texts.has('@fil@/1099/')).toBe(true)
  })
})
