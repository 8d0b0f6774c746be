import { expect, test } from 'vitest'
import { decodeChatroomReply } from './reply.js'

const member = { UserName: '@a', NickName: 'A &amp; B', MemberStatus: 3, KeyWord: 'x' }

test.each([
  ['as documented', [member], [{ ...member, NickName: 'A & B' }]],
  [
    'with a status in a string',
    [{ ...member, MemberStatus: '4' }],
    [{ ...member, NickName: 'A & B', MemberStatus: 4 }],
  ],
  ['with entries of other types', [null, 5, {}], [{ UserName: '', NickName: '', MemberStatus: 0 }]],
  ['that is null', null, []],
  ['that is an object', {}, []],
])('the members of a changed group have their declared types: a list %s', (_, MemberList, expected) => {
  expect(decodeChatroomReply({ MemberCount: 1, MemberList })).toEqual({ MemberCount: 1, MemberList: expected })
})

test('a reply without members stays without them', () => {
  expect(decodeChatroomReply({ Topic: 'a &lt;b&gt;' })).toEqual({ Topic: 'a <b>' })
})
