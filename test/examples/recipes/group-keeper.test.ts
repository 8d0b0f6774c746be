import { type TestBot, testBot } from 'itchat/sandbox'
import { expect, test } from 'vitest'
import { importRecipe } from './import-recipe.js'

const { register } = await importRecipe(() => import('../../../examples/recipes/group-keeper.js'))

const ADVERTISEMENT = 'Cheap bags at http://example.com/bags'

/** A group with Alice and Bob that belongs to the account, unless another owner is given. */
function start(owner?: string): Promise<TestBot> {
  const group = { topic: 'Book club', members: ['Alice', 'Bob'], ...(owner === undefined ? {} : { owner }) }
  return testBot(register, {
    world: {
      language: 'en',
      owner: 'bot',
      friends: ['Alice', 'Bob', 'Carol'],
      groups: [group, { topic: 'Book club of others', members: ['Alice', 'Bob'] }],
    },
  })
}

const memberCount = (t: TestBot) => t.group('Book club').chat.memberIds.length

test('welcomes new members and sends the rules, only in its group', async () => {
  await using t = await start()
  const room = t.group('Book club')
  room.chat.add('Carol', 'Alice')
  await room.expects('Welcome, Carol! Write "rules" to read the rules.')
  room.as('Bob').say(' Rules ')
  await room.expects(/^Rules: be kind/)
  const other = t.group('Book club of others')
  other.chat.add('Carol', 'Alice')
  other.as('Bob').say('rules')
  await other.expectsNothing()
})

test('adds a friend who asks, and only once', async () => {
  await using t = await start()
  const room = t.group('Book club')
  t.person('Carol').say('Join')
  await room.expects(/^Welcome, Carol/)
  expect(room.as('Carol').member.id).toBe(t.person('Carol').id)
  t.person('Carol').say('join')
  await t.person('Carol').expects('You are a member already.')
})

test('invites to no group if two groups have the name', async () => {
  await using t = await start()
  t.group('Book club of others').chat.rename('Book club')
  t.person('Carol').say('join')
  await t.person('Carol').expects('Sorry, I cannot find the group.')
})

test('says so when the server refuses the invitation', async () => {
  await using t = await start()
  t.faults.add({ kind: 'ret', ret: -1, path: 'webwxupdatechatroom' })
  t.person('Carol').say('join')
  await t.person('Carol').expects(/does not let me invite you/)
  expect(t.errors).toEqual([])
})

test('warns a member who advertises, and removes them the next time', async () => {
  await using t = await start()
  const room = t.group('Book club')
  const before = memberCount(t)
  room.as('Bob').say(ADVERTISEMENT)
  await room.expects(/^@Bob\u2005Please do not advertise/)
  room.as('Alice').say('Is http://example.com/book a good link?')
  await room.expectsNothing()
  room.as('Bob').say(ADVERTISEMENT)
  await room.expectsNothing()
  expect(memberCount(t)).toBe(before - 1)
  expect(() => room.as('Bob')).toThrow()
})

test('removes no member of a group that belongs to another person', async () => {
  await using t = await start('Alice')
  const room = t.group('Book club')
  const before = memberCount(t)
  for (let times = 0; times < 3; times++) room.as('Bob').say(ADVERTISEMENT)
  await room.expectsNothing()
  expect(memberCount(t)).toBe(before)
})
