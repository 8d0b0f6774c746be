import { testBot } from 'itchat/sandbox'
import { test } from 'vitest'
import { register } from './handlers.ts'

test('answers the keyword', async () => {
  await using t = await testBot(register)
  t.alice.say('Ping')
  await t.alice.expects('pong')
})

test('repeats what a friend writes', async () => {
  await using t = await testBot(register)
  t.alice.say('hello')
  await t.alice.expects('I received: hello')
})

test('answers in a group only when it is mentioned', async () => {
  await using t = await testBot(register)
  t.room.as('Bob').say('hello, everybody')
  await t.room.expectsNothing()
  t.room.as('Bob').say('@bot hello')
  await t.room.expects(/^@Bob\u2005I received: .*hello$/)
})
