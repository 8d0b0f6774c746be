import { describe, expect, test, vi } from 'vitest'
import { UntrustedTexts } from './untrusted-texts.js'

function recorded(...values: unknown[]): UntrustedTexts {
  const texts = new UntrustedTexts()
  texts.add(...values)
  return texts
}

describe('untrusted texts', () => {
  test('are found under any key, at any depth', () => {
    let deep: unknown = '@fil@/etc/deep'
    for (let n = 0; n < 100_000; n++) deep = [deep]
    expect(recorded({ __proto__: null, constructor: '@img@/etc/one' }).has('@img@/etc/one')).toBe(true)
    expect(recorded(JSON.parse('{"__proto__":{"x":["@vid@/etc/two"]}}')).has('@vid@/etc/two')).toBe(true)
    expect(recorded(deep).has('@fil@/etc/deep')).toBe(true)
  })

  test('match text that they contain, but not text that names another file', () => {
    const texts = recorded('send @fil@/etc/passwd please')
    expect(texts.has('@fil@/etc/passwd')).toBe(true)
    expect(texts.has('@fil@/etc/shadow')).toBe(false)
    expect(texts.has('@img@/etc/passwd')).toBe(false)
  })

  test.each([
    ['a missing leading @, which programs may add to a name', 'fil@/etc/passwd', '@fil@/etc/passwd'],
    ['accents, which programs may remove', '@fi\u0301l@/etc/pa\u0308sswd', '@fil@/etc/passwd'],
    ['an accent on the last letter', '@fil@/etc/passwd\u0323', '@fil@/etc/passwd'],
    [
      'a sigma that is in the middle of a word in one text and at the end in the other',
      '@fil@/home/ΟΔΟΣΑ',
      '@fil@/home/ΟΔΟΣ',
    ],
    ['emoji spans in place of letters', "@fi<SPAN class='emoji emoji006C'></SPAN>@/etc/passwd", '@fil@/etc/passwd'],
    ['line break tags', '@fil@<br >/etc/passwd', '@fil@/etc/passwd'],
    ['ligatures that decompose into many letters', `${'ﷺ'.repeat(70_000)}@fil@/etc/passwd`, '@fil@/etc/passwd'],
  ])('are recognized despite %s', (_, received, text) => {
    expect(recorded(received).has(text)).toBe(true)
  })

  test('do not include email addresses', () => {
    expect(recorded('write to fil@example.com').has('@fil@/etc/passwd')).toBe(false)
  })

  test('are all recorded when a message contains many directives', () => {
    const names = Array.from({ length: 500 }, (_, n) => `@fil@/${n}/${'long '.repeat(n)}end${n}`)
    const texts = recorded(names.join(' and '))
    expect(names.filter((name) => !texts.has(name))).toEqual([])
  })

  test('are evicted oldest first to limit memory use, but repeated ones stay', () => {
    const texts = recorded('@fil@/etc/oldest', '@fil@/etc/again')
    for (let n = 0; n < 1_100; n++) {
      texts.add(`@fil@/${n}/`.padEnd(4_096, 'x'))
      texts.add('@fil@/etc/again')
    }
    expect(texts.has('@fil@/etc/oldest')).toBe(false)
    expect(texts.has('@fil@/etc/again')).toBe(true)
    expect(texts.has('@fil@/1099/')).toBe(true)
  })

  test.each([
    ['when written verbatim', '@fil@/etc/passwd'],
    ['by a directive of another kind', '@img@/etc/passwd'],
    ['by a path with detours', `@fil@${'/./'.repeat(3_000)}/tmp/../etc//passwd`],
    ['by a path that goes above the root', '@fil@/../../etc/passwd'],
    ['by a path with folders canceled by ..', '@fil@/etc/x/y/../../passwd'],
    ['when the directive is in the path of another directive', '@fil@/x/@img@/etc/passwd'],
    ['by a path with backslashes', '@fil@\\etc\\passwd'],
    ['by a path with a drive', '@fil@C:/etc/passwd'],
    ['by a path with trailing dots', '@fil@/etc./passwd..'],
    ['when the path is followed by words and ..', '@fil@/etc/passwd, please/../../../x'],
    ['by a path relative to the working directory', `@fil@${'../'.repeat(50)}etc/passwd`],
    ['when percent-encoded twice', '%2540fil%2540%252Fetc%252Fpasswd'],
    ['when written as percent-encoded entities', '%26%2364;fil%26%2364;/etc/passwd'],
    ['when written with escapes', String.raw`\u0040fil\u0040\x2fetc/passwd`],
  ])('refer to a file %s', (_, directive) => {
    expect(recorded(`say ${directive}`).resolvesTo('/etc/passwd')).toBe(true)
    expect(recorded(`say ${directive}`).resolvesTo('/etc/shadow')).toBe(false)
  })

  test.each([
    ['another folder', '@fil@/home/passwd'],
    ['a folder above', '@fil@/etc/../passwd'],
    ['a folder below', '@fil@/etc/x/passwd'],
    ['the name after another path', '@fil@/x/etc/passwd'],
    ['the name without a directive', 'look at /etc/passwd'],
    ['the name relative to the working directory', '@fil@passwd'],
  ])('do not resolve to another file: %s', (_, received) => {
    expect(recorded(received).resolvesTo('/etc/passwd')).toBe(false)
  })

  test('count as a match when resolving them takes too long', () => {
    expect(recorded(`@fil@${'/passwd/..'.repeat(20_000)}`).resolvesTo('/etc/passwd')).toBe(true)
  })

  test('are stored only from their first directive on', () => {
    const texts = new UntrustedTexts()
    for (let n = 0; n < 1_000; n++) texts.add(`${n} ${'x'.repeat(16_000)}@fil@/etc/${n}`)
    expect(texts.has('@fil@/etc/0')).toBe(true)
    expect(texts.retainedBytes).toBeLessThan(1_000 * 20)
  })

  test('are limited in number, no matter how short they are', () => {
    const texts = new UntrustedTexts()
    for (let n = 0; n < 20_000; n++) texts.add(`@fil@/${n}`)
    expect(texts.has('@fil@/0')).toBe(false)
    expect(texts.has('@fil@/19999')).toBe(true)
    expect(texts.count).toBeLessThan(20_000)
  })

  test('are decoded a limited number of times', () => {
    const decode = vi.spyOn(String.prototype, 'normalize')
    recorded(`&${'amp;'.repeat(10_000)}#64;fil@x`)
    expect(decode.mock.calls.length).toBeLessThan(20)
    decode.mockRestore()
  })

  test('are joined within one conversation, but not across conversations', () => {
    const texts = new UntrustedTexts()
    texts.addMessage('a', 'say @fil@/etc/pas')
    texts.addMessage('b', 'swd')
    expect(texts.resolvesTo('/etc/passwd')).toBe(false)
    texts.addMessage('a', 'swd')
    expect(texts.resolvesTo('/etc/passwd')).toBe(true)
    expect(texts.has('@fil@/etc/passwd')).toBe(true)
  })

  test('occupy one record when joined, and are joined only in a limited number of conversations', () => {
    const texts = new UntrustedTexts()
    texts.addMessage('a', '@fil@/a')
    for (let n = 0; n < 500; n++) texts.addMessage('a', `/${n}`)
    expect(texts.count).toBe(1)
    for (let n = 0; n < 2_000; n++) texts.addMessage(`chat ${n}`, '@fil@/etc/pas')
    texts.addMessage('chat 0', 'swd')
    texts.addMessage('chat 1999', 'shadow')
    expect(texts.resolvesTo('/etc/passwd')).toBe(false)
    expect(texts.resolvesTo('/etc/passhadow')).toBe(true)
  })
})
