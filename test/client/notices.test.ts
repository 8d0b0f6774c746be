import { NOTE, type NoteMessage } from 'itchat'
import { expect, test } from 'vitest'
import { botFor, sandboxFor } from '../support/bot.js'

/** Names that contain punctuation and words used in the notices themselves. */
const NAMES = [
  'Ba"o',
  '"Lin"nea"',
  '邀请',
  '"邀请',
  '你和我',
  'Tom and Jerry',
  '和平',
  '$names$',
  '「夏」',
  '<b>&amp;',
  '移出群聊',
]

test('the client parses notices from the sandbox correctly for any member name', async () => {
  const sandbox = await sandboxFor({
    world: {
      owner: '我',
      friends: ['甲', '乙'],
      groups: [{ topic: 'G', members: ['甲'], owner: '甲' }],
    },
  })
  const bot = botFor(sandbox)
  const notes: NoteMessage['note'][] = []
  let done = () => {}
  const all = new Promise<void>((resolve) => {
    done = resolve
  })
  bot.msgRegister(NOTE, { isGroupChat: true }, (msg) => {
    if (msg.text === 'end') done()
    else if (msg.note) notes.push(msg.note)
  })
  await bot.login()
  void bot.run()

  const group = sandbox.group('G')
  const expected: object[] = []
  let [owner, guest] = ['甲', '乙']
  for (const name of NAMES) {
    sandbox.friend(guest).rename(name)
    guest = name
    group.add(guest, owner)
    expected.push({ kind: 'memberJoined', inviter: owner, members: [guest] })
    group.remove(guest)
    group.rename(`“${name}”`, owner)
    expected.push({ kind: 'topicChanged', by: owner, topic: `“${name}”` })
    sandbox.friend(owner).rename(`${name}!`)
    owner = `${name}!`
    group.remove('owner')
    expected.push({ kind: 'memberRemoved', by: owner, member: '' })
    group.add('owner', owner)
    expected.push({ kind: 'memberJoined', inviter: owner, members: [''] })
  }
  group.say('end')
  await all
  expect(notes.map(({ text, ...note }) => note)).toEqual(expected)
})
