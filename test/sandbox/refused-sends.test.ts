import { TEXT } from 'itchat'
import { expect, test } from 'vitest'
import type { StateView } from '../../src/sandbox/control/view.js'
import { botFor, sandboxFor } from '../support/bot.js'
import { IlinkClient } from './support/ilink-client.js'

const state = async (url: string) => (await (await fetch(`${url}/api/state`)).json()) as StateView

async function runningBot() {
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox)
  bot.on('error', () => {})
  await bot.login()
  void bot.run()
  await sandbox.online()
  const to = bot.searchFriends({ name: '林小满' })[0]?.UserName ?? ''
  return { sandbox, bot, to, friend: sandbox.friend('林小满') }
}

test('a refused message is kept with its code and joined to its request, but is not sent', async () => {
  const { sandbox, bot, to, friend } = await runningBot()
  const recording = sandbox.record()
  sandbox.faults.add({ kind: 'ret', ret: 1204, path: 'webwxsendmsg' })
  await expect(bot.send('refused', to)).rejects.toThrow('1204')
  await bot.send('accepted', to)

  const { refused, chats } = await state(sandbox.url)
  const request = sandbox.requests.find(({ result }) => result === '1204')
  expect(refused).toEqual([
    {
      id: 'refused-1',
      chatId: friend.id,
      kind: 'text',
      text: 'refused',
      code: 1204,
      at: expect.any(Number),
      attempts: 1,
    },
  ])
  expect(request).toMatchObject({ chatId: friend.id, messages: ['refused-1'] })
  expect(chats.find(({ id }) => id === friend.id)?.last?.text).toBe('accepted')
  expect((await friend.nextMessage()).text).toBe('accepted')
  await recording.close()
  const recorded = recording.lines.join('\n')
  expect(recorded).toContain('"accepted"')
  expect(recorded).not.toContain('"refused"')

  const details = await (await fetch(`${sandbox.url}/api/requests/${request?.id}`)).json()
  expect(details).toMatchObject({
    messages: [{ id: 'refused-1', chatId: friend.id, kind: 'text', text: 'refused' }],
    rawMessages: [],
  })
})

test('a retry that is accepted is joined to the attempts before it', async () => {
  const { sandbox, bot, friend } = await runningBot()
  bot.msgRegister(TEXT, () => 'reply')
  const seen: unknown[] = []
  sandbox.on('refused', ({ attempts, messageId }) => seen.push([attempts, messageId]))
  sandbox.faults.add({ kind: 'ret', ret: 1205, path: 'webwxsendmsg' })
  friend.say('hello')
  const { id } = await friend.nextMessage()
  expect(seen).toEqual([
    [1, undefined],
    [1, id],
  ])
  expect(sandbox.requests.filter(({ messages }) => messages?.includes(id))).toMatchObject([
    { endpoint: 'webwxsendmsg', result: '1205' },
    { endpoint: 'webwxsendmsg', result: '0' },
  ])
})

test.for([
  ['webwxuploadmedia', { kind: 'file', text: 'report.zip' }],
  ['webwxsendappmsg', { kind: 'file', text: 'report.zip' }],
] as const)('a file refused by %s is kept with its name', async ([path, expected]) => {
  const { sandbox, bot, to, friend } = await runningBot()
  sandbox.faults.add({ kind: 'ret', ret: 1, path })
  await expect(bot.sendFile(Buffer.alloc(100, 1), to, { name: 'report.zip' })).rejects.toThrow()
  expect((await state(sandbox.url)).refused).toMatchObject([{ ...expected, chatId: friend.id, code: 1 }])
})

test('the oldest refused messages are dropped', async () => {
  const { sandbox, bot, to } = await runningBot()
  sandbox.faults.add({ kind: 'ret', ret: 1204, path: 'webwxsendmsg', count: 101 })
  for (let n = 0; n < 101; n++) await bot.send(`text ${n}`, to).catch(() => {})
  const { refused } = await state(sandbox.url)
  expect(refused.length).toBe(100)
  expect(refused[0]?.text).toBe('text 1')
})

test('a message that the iLink service refuses is kept', async () => {
  const sandbox = await sandboxFor()
  const program = await new IlinkClient(sandbox.url).login()
  await program.start()
  await program.send('too early')
  expect((await state(sandbox.url)).refused).toMatchObject([
    { chatId: 'clawbot', kind: 'text', text: 'too early', code: -2, attempts: 1 },
  ])
})
