import { TEXT } from 'itchat'
import { formatDifferences, type Sandbox } from 'itchat/sandbox'
import { expect, test } from 'vitest'
import { botFor, sandboxFor } from '../support/bot.js'
import { AutoAdvanceClock } from '../support/hasty-clock.js'

/** A bot that echoes text and creates a group when told to. */
function startBot(sandbox: Sandbox): void {
  const bot = botFor(sandbox)
  bot.msgRegister(TEXT, async (msg) => {
    if (msg.text !== 'make a group') return `got ${msg.text}`
    const friends = await bot.getFriends()
    await bot.createChatroom(friends.slice(1, 4), 'new group')
    return 'made'
  })
  bot.msgRegister(TEXT, { isGroupChat: true }, (msg) => `${msg.actualNickName}: ${msg.text}`)
  void bot.login().then(() => bot.run())
}

/** Every action of people and of the phone that is not in the suite of the demo bot. */
async function act(sandbox: Sandbox): Promise<void> {
  const xiaoman = sandbox.friend('小满')
  const hikers = sandbox.group('周末爬山队 ⛰️')
  hikers.say('a system notice')
  hikers.add('老妈')
  hikers.member('老妈').say('who are you?')
  await hikers.nextMessage()
  hikers.remove('老妈')
  hikers.joinByQr('老妈', '小满')
  sandbox.owner.rename('一舟二号')
  sandbox.owner.open('小满')
  const id = sandbox.raw({ from: xiaoman.id, MsgType: 1, Content: 'raw text' })
  expect(id).not.toBe('')
  await xiaoman.nextMessage()
  const fault = sandbox.faults.add({ kind: 'drop', path: 'webwxsync', count: 3 })
  fault.remove()
  xiaoman.say('make a group')
  await xiaoman.nextMessage()
  const made = sandbox.group('new group')
  const [member = ''] = made.memberIds.filter((memberId) => memberId !== sandbox.owner.id)
  made.member(member).say('in a group that the program made')
  await made.nextMessage()
  await sandbox.handle(
    new Request(`${sandbox.url}/api/people`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Newcomer', isContact: true }),
    }),
  )
  sandbox.friend('Newcomer').say('new here')
  await sandbox.friend('Newcomer').nextMessage()
  sandbox.friend('Oliver Reed').unfriend()
  sandbox.phone.refuse('not today')
  sandbox.expireSession(1102)
}

test('actions in groups, on the phone and of tests are replayed', async () => {
  const recorded = await sandboxFor()
  const recording = recorded.record()
  startBot(recorded)
  await recorded.online()
  await act(recorded)
  await recording.close()
  const types = recording.lines.slice(2).map((line): unknown => JSON.parse(line).type)
  for (const type of [
    'notice',
    'addMembers',
    'removeMembers',
    'joinByQr',
    'rename',
    'open',
    'raw',
    'removeFault',
    'addPerson',
    'unfriend',
    'endSession',
  ]) {
    expect(types).toContain(type)
  }

  const replayed = await sandboxFor({ waitClock: new AutoAdvanceClock() })
  startBot(replayed)
  // The program may not log in again before the replay has ended.
  const { differences } = await replayed.replay(recording.lines, { settled: async () => {} })
  expect(formatDifferences(differences)).toBe('')
  expect(replayed.owner.name).toBe('一舟二号')
  expect(replayed.group('周末爬山队 ⛰️').memberIds).toContain(replayed.friend('老妈').id)
  expect(replayed.friend('Oliver Reed').isContact).toBe(false)
  expect(replayed.group('new group').messages.at(-1)?.origin).toBe('bot')
  expect(replayed.session?.endCode).toBe(1102)
})
