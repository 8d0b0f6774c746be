import { describe, expect, it } from 'vitest'
import { faceLetter, TINT_COUNT, tintsOf } from '../../src/phone/text/avatar-face.js'
import { insertMention, mentionQuery, remainingMentions } from '../../src/phone/text/mention.js'
import { textParts } from '../../src/phone/text/parts.js'
import { findMessages, matchesChat, matchesPerson } from '../../src/phone/text/search.js'
import { chat, message, person } from './view-samples.js'

describe('search', () => {
  const man = person('a', '林小满', { remark: '小满', alias: 'xiaoman_lin', pinyin: 'lxm xm linxiaoman xiaoman' })

  it.each(['林', '小满', 'linxiao', 'Lin Xiao', 'XIAOMAN', 'lxm', 'man_l', ''])('finds 林小满 by %j', (query) => {
    expect(matchesPerson(man, query)).toBe(true)
  })

  it('does not find a person by an unrelated name', () => {
    expect(matchesPerson(man, 'wang')).toBe(false)
    expect(matchesPerson(man, 'mxm')).toBe(false)
  })

  it('finds a group by its members and their nicknames', () => {
    const group = chat('g', { kind: 'group', name: '爬山', members: [{ id: 'a', displayName: '禾苗' }] })
    const people = { a: man }
    expect(matchesChat(group, 'linxiao', people)).toBe(true)
    expect(matchesChat(group, '禾苗', people)).toBe(true)
    expect(matchesChat(group, '公司', people)).toBe(false)
  })

  it('finds messages that have not been recalled, newest first', () => {
    const recalled = message('3', { text: 'see nothing', recalled: true })
    const threads = { a: { messages: [message('1', { text: 'See you' }), message('2', { text: 'see it' }), recalled] } }
    expect(findMessages(threads, 'SEE').map(({ id }) => id)).toEqual(['2', '1'])
    expect(findMessages(threads, ' ')).toEqual([])
  })
})

describe('textParts', () => {
  const kinds = (text: string, names?: string[]) => textParts(text, names).map((part) => [part.kind, part.text])

  it('ends a mention at U+2005', () => {
    expect(kinds('hi @Oliver Reed\u2005ok')).toEqual([
      ['text', 'hi '],
      ['mention', '@Oliver Reed'],
      ['text', '\u2005ok'],
    ])
  })

  it('recognizes a known name before whitespace, but not an unknown one', () => {
    expect(kinds('@一舟 在吗', ['一舟'])[0]).toEqual(['mention', '@一舟'])
    expect(kinds('@一舟同学 在吗', ['一舟'])).toEqual([['text', '@一舟同学 在吗']])
    expect(kinds('me@example.com')).toEqual([['text', 'me@example.com']])
  })

  it('links only http(s) URLs, without trailing punctuation', () => {
    expect(kinds('看 https://example.com/a?b=1，再说')).toEqual([
      ['text', '看 '],
      ['link', 'https://example.com/a?b=1'],
      ['text', '，再说'],
    ])
    expect(kinds('javascript:alert(1) <b>x</b>')).toEqual([['text', 'javascript:alert(1) <b>x</b>']])
  })

  it('preserves the whole text', () => {
    const text = '@a\u2005@b\u2005 https://x.y. @@ http:// @'
    expect(
      textParts(text, ['a', 'b'])
        .map((part) => part.text)
        .join(''),
    ).toBe(text)
  })
})

describe('mentions while typing', () => {
  it('are completed after an @ at the start of a word', () => {
    expect(mentionQuery('hi @li', 6)).toEqual({ at: 3, query: 'li' })
    expect(mentionQuery('@', 1)).toEqual({ at: 0, query: '' })
    expect(mentionQuery('me@li', 5)).toBeUndefined()
    expect(mentionQuery('@li xx', 6)).toBeUndefined()
    expect(mentionQuery('好@林', 3)).toEqual({ at: 1, query: '林' })
  })

  it('end with U+2005, and count only while they are in the text', () => {
    const member = { id: 'a', name: '一舟' }
    const { draft, caret } = insertMention({ text: 'hi @y there', mentions: [] }, 3, 5, member)
    expect(draft.text).toBe('hi @一舟\u2005 there')
    expect(caret).toBe(7)
    expect(remainingMentions(draft)).toEqual(['a'])
    expect(remainingMentions({ ...draft, text: 'hi @一' })).toEqual([])
  })
})

describe('avatars', () => {
  it.each([
    ['林小满', '小'],
    ['老妈', '妈'],
    ['陈一舟', '舟'],
    ['欧阳修', '修'],
    ['司马相如', '相'],
    ['快递小哥', '快'],
    ['oliver Reed', 'O'],
    ['温暖🌻', '🌻'],
    ['👨‍👩‍👧 家', '👨‍👩‍👧'],
    ['7号', '7'],
    ['账号 5', '5'],
    ['Account 12', '12'],
    ['', '?'],
  ])('for %s show %s', (name, letter) => {
    expect(faceLetter(name)).toBe(letter)
  })

  it('for official accounts show the first character', () => {
    expect(faceLetter('天气', false)).toBe('天')
  })

  it('use all nine tints about equally often, and none twice among neighbors', () => {
    const ids = Array.from({ length: 200 }, (_, i) => `wxid_${i}`)
    const tints = tintsOf(ids)
    const counts = Array.from({ length: TINT_COUNT }, (_, tint) => ids.filter((id) => tints[id] === tint).length)
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(3)
    for (const [at, id] of ids.entries()) {
      expect(ids.slice(Math.max(0, at - 5), at).map((near) => tints[near])).not.toContain(tints[id])
    }
  })

  it('keep their tint when people are added', () => {
    const ids = ['wxid_a', 'wxid_b', 'gh_c']
    expect(tintsOf([...ids, 'wxid_d'])).toMatchObject(tintsOf(ids))
  })
})
