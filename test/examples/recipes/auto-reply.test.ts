import { testBot } from 'itchat/sandbox'
import { expect, test } from 'vitest'
import { importRecipe } from './import-recipe.js'

const { register } = await importRecipe(() => import('../../../examples/recipes/auto-reply.js'))

const MONDAY_AT_10 = new Date(2026, 0, 5, 10)
const MONDAY_AT_20 = new Date(2026, 0, 5, 20)
const SUNDAY_AT_10 = new Date(2026, 0, 4, 10)
const AWAY = /^Thank you for your message\./

test('answers a keyword, in working hours and outside them', async () => {
  for (const now of [MONDAY_AT_10, MONDAY_AT_20]) {
    await using t = await testBot(register, { now })
    t.alice.say('What is the PRICE?')
    await t.alice.expects('Our list: https://example.com/list')
    t.bob.say('地址？')
    await t.bob.expects('88 Example Road, Hangzhou')
  }
})

test('answers the same keyword at most once a minute, so that two bots do not answer each other for ever', async () => {
  await using t = await testBot(register, { now: MONDAY_AT_10 })
  t.alice.say('price?')
  await t.alice.expects(/list/)
  t.alice.say('price?')
  await t.alice.expectsNothing()
  t.alice.say('where?')
  await t.alice.expects(/Road/)
  t.bob.say('price?')
  await t.bob.expects(/list/)
  await t.clock.advance(60_000)
  t.alice.say('price?')
  await t.alice.expects(/list/)
})

test.each([
  ['in the evening', MONDAY_AT_20],
  ['on Sunday', SUNDAY_AT_10],
])('%s, sends each person the away message once an hour', async (_when, now) => {
  await using t = await testBot(register, { now })
  t.alice.say('hello')
  await t.alice.expects(AWAY)
  t.alice.say('are you there?')
  await t.alice.expectsNothing()
  t.bob.say('hello')
  await t.bob.expects(AWAY)
  await t.clock.advance(60 * 60_000)
  t.alice.say('hello?')
  await t.alice.expects(AWAY)
})

test('sends no away message in working hours, in groups and to itself', async () => {
  await using atTen = await testBot(register, { now: MONDAY_AT_10 })
  atTen.alice.say('hello')
  await atTen.alice.expectsNothing()
  await using atEight = await testBot(register, { now: MONDAY_AT_20 })
  atEight.sandbox.owner.say('filehelper', 'hello')
  atEight.room.as('Alice').say('hello')
  await atEight.room.expectsNothing()
  expect(atEight.sandbox.official('filehelper').unread).toEqual([])
})
