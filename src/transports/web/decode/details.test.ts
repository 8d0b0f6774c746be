import { expect, test } from 'vitest'
import { alignDetails } from './details.js'

const A = { UserName: '@a', NickName: 'A' }
const B = { UserName: '@b', NickName: 'B' }
const stub = (UserName: string) => ({ UserName, NickName: '', HeadImgUrl: '', ContactFlag: 0 })
const members = (...names: string[]) => names.map((UserName) => ({ UserName, NickName: 'M' }))
const room = (...names: string[]) => ({ UserName: '@@r', NickName: 'R', MemberList: members(...names) })

test.each<[string, string[], unknown[], unknown[]]>([
  ['in order', ['@a', '@b'], [A, B], [A, B]],
  ['out of order', ['@a', '@b'], [B, A], [A, B]],
  ['missing', ['@a', '@b'], [B], [undefined, B]],
  ['all missing', ['@a', '@b'], [], [undefined, undefined]],
  ['about other names', ['@a'], [{ UserName: '@x', NickName: 'X' }, A], [A]],
  ['repeated', ['@a', '@b'], [A, A, B], [A, B]],
  ['unreadable', ['@a', '@b'], [null, 7, [], {}, { UserName: {} }, B], [undefined, B]],
  ['stubs', ['@a'], [stub('@a')], [stub('@a')]],
  ['repeated, one of them a stub', ['@a'], [A, stub('@a')], [A]],
  ['split into parts', ['@@r'], [room('@1', '@2'), room('@3')], [room('@1', '@2', '@3')]],
  ['first empty and then complete', ['@@r'], [{ ...room(), MemberCount: 0 }, room('@1')], [room('@1')]],
  [
    'about a member of two groups',
    ['@a', '@a'],
    [
      { ...A, DisplayName: '1' },
      { ...A, DisplayName: '2' },
    ],
    [
      { ...A, DisplayName: '1' },
      { ...A, DisplayName: '2' },
    ],
  ],
  ['about a member of two groups, with one missing', ['@a', '@a'], [{ ...A, DisplayName: '1' }], [A, A]],
  ['missing for names of object properties', ['__proto__', 'constructor'], [], [undefined, undefined]],
])('matches replies to names when the replies are %s', (_, names, replies, expected) => {
  expect(alignDetails(names, replies)).toEqual(expected)
})
