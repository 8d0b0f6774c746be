import { TEXT } from 'itchat'
import { testBot } from 'itchat/sandbox'
import { matchers } from 'itchat/sandbox/vitest'
import { expect, onTestFinished, test, vi } from 'vitest'

expect.extend(matchers)

const pong = () => testBot((bot) => bot.msgRegister(TEXT, () => 'pong'))

test('the matchers accept what was expected', async () => {
  await using t = await pong()
  t.alice.say('ping')
  await expect(t.alice).toReceive('pong')
  await expect(t.room).toReceiveNothing()
})

test.each([
  ['toReceive', (chat: unknown) => expect(chat).toReceive('pang'), 'Alice expected "pang", but the bot sent "pong".'],
  ['toReceiveFile', (chat: unknown) => expect(chat).toReceiveFile('a.txt'), 'expected a file named "a.txt"'],
  ['toReceiveNothing', (chat: unknown) => expect(chat).toReceiveNothing(), 'Alice expected nothing'],
])('%s fails with the error of the expectation', async (_name, assertion, text) => {
  await using t = await pong()
  t.alice.say('ping')
  await expect(assertion(t.alice)).rejects.toThrow(text)
})

test('a failed matcher has the texts that vitest compares', async () => {
  await using t = await pong()
  t.alice.say('ping')
  await expect(expect(t.alice).toReceive('pang')).rejects.toMatchObject({ expected: 'pang', actual: 'pong' })
})

test('the matchers reject `not` and values that are not chats', async () => {
  await using t = await pong()
  await expect(expect(t.alice).not.toReceive('x')).rejects.toThrow('use toReceiveNothing()')
  await expect(expect('Alice').toReceive('x')).rejects.toThrow('expected a chat of testBot')
})

test('fake timers reach a bot that calls setTimeout', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  await using t = await testBot((bot) =>
    bot.msgRegister(TEXT, (msg) => {
      setTimeout(() => void msg.reply('later'), 600_000)
      return 'now'
    }),
  )
  t.alice.say('ping')
  await t.alice.expects('now')
  await t.alice.expectsNothing()
  await vi.advanceTimersByTimeAsync(600_000)
  await t.alice.expects('later')
})
