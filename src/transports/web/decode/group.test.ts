import { describe, expect, test } from 'vitest'
import { contactFrom } from '../../../../test/support/contact.js'
import { Chatroom } from '../../../contact/contact.js'
import { mentionsAll, mentionsSelf, splitGroupPrefix } from './group.js'

function room(...names: string[]): Chatroom {
  const MemberList = names.map((NickName, index) => ({ UserName: `@${index}`, NickName }))
  const contact = contactFrom({ UserName: '@@room', MemberList })
  if (!(contact instanceof Chatroom)) throw new Error('not a group')
  return contact
}

describe('splitGroupPrefix', () => {
  test.each([
    ['@0f1e:<br/>hi', '@0f1e', 'hi'],
    ['@0f1e:<br/>a:<br/>b', '@0f1e', 'a:<br/>b'],
    ['@0f1e:<br/>two\nraw lines', '@0f1e', 'two\nraw lines'],
    ['wxid_abc:<br/>hi', 'wxid_abc', 'hi'],
    ['林小满修改群名为“x”', '', '林小满修改群名为“x”'],
    ['note: <b>:<br/>x', '', 'note: <b>:<br/>x'],
    [':<br/>x', '', ':<br/>x'],
  ])('splits %j', (wire, sender, content) => {
    expect(splitGroupPrefix(wire)).toEqual({ sender, content })
  })
})

describe('mentionsSelf', () => {
  test.each([
    ['@Bot\u2005hi', true],
    ['hi @Bot', true],
    ['@Bot hi', true],
    ['你好@Bot 在吗', true],
    ['@Bothi', false],
    ['me@Bot', false],
    ['me.@Bot ok', false],
    ['me@Bot\u2005ok', true],
    ['@Bot,hi', false],
    ['@所有人 hi', false],
    ['@Al\u2005 @Bot y', true],
    ['@Bot Two\u2005hi', false],
    ['@Bot Two and @Bot', true],
    ['nothing', false],
  ])('given %j, returns %s', (text, expected) => {
    expect(mentionsSelf(text, ['', 'Bot'], room('Bot', 'Bot Two', 'Al'))).toBe(expected)
  })

  test('matches the name in the group as well as the nickname', () => {
    expect(mentionsSelf('@群名片\u2005hi', ['群名片', 'Bot'], undefined)).toBe(true)
  })

  test('matches emoji names with or without a variation selector', () => {
    expect(mentionsSelf('@☀️阳光\u2005hi', ['', '☀阳光'], undefined)).toBe(true)
  })
})

describe('mentionsAll', () => {
  test.each([
    ['@所有人\u2005开会', true],
    ['@所有人 開會', true],
    ['@所有人', true],
    ['大家好@所有人\n开会', true],
    ['@所有人事部', false],
    ['@所有人，开会', false],
    ['@all dinner at 7', true],
    ['@all\u2005dinner at 7', true],
    ['@All\u2005dinner', true],
    ['dinner at 7 @All', true],
    ['晚饭@all\u3000七点', true],
    ['(@all\tdinner)', true],
    ['@allan dinner', false],
    ['@all-hands dinner', false],
    ['@all, dinner', false],
    ['me@all', false],
    ['me.@all dinner', false],
    ['a_@All dinner', false],
    ['me@all\u2005dinner', true],
    ['@Al\u2005and @all', true],
    ['all of you', false],
    ['＠all dinner', false],
  ])('given %j, returns %s', (text, expected) => {
    expect(mentionsAll(text, room('Bot', 'Al', 'all'))).toBe(expected)
    expect(mentionsAll(text, undefined)).toBe(expected)
  })

  test.each([
    ['@all night\u2005are you in?', false],
    ['@all night are you in?', false],
    ['@all nighters are in', true],
    ['@所有人的老王\u2005在吗', false],
    ['@all night\u2005 and @all', true],
  ])('gives precedence to a longer member name in %j', (text, expected) => {
    expect(mentionsAll(text, room('all night', '所有人的老王'))).toBe(expected)
  })

  test.each(['all', 'All', '所有人'])('finds a mention of all members even if one member is called %s', (name) => {
    expect(mentionsAll(`@${name}\u2005hi`, room(name, `${name}x`))).toBe(true)
  })
})
