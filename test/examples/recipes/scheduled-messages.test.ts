import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NetworkError, type User } from 'itchat'
import { type BotSetup, testBot } from 'itchat/sandbox'
import { expect, test, vi } from 'vitest'
import { importRecipe } from './import-recipe.js'

const { register } = await importRecipe(() => import('../../../examples/recipes/scheduled-messages.js'))

const MINUTE = 60_000
const at = (hour: number, minute: number, day = 5) => new Date(2026, 0, day, hour, minute)

/** A setup with a schedule in a new folder. */
function setup(): { file: string; start: BotSetup } {
  const file = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'schedule.json')
  return { file, start: (bot, { clock }) => register(bot, { clock, file }) }
}

test('sends the daily message once, also if the program restarts', async () => {
  const { start } = setup()
  await using t = await testBot(start, { now: at(8, 59), hotReload: true })
  await t.room.expectsNothing()
  await t.clock.advance(2 * MINUTE)
  await t.room.expects('Good morning!')
  await t.restart()
  await t.clock.advance(2 * MINUTE)
  await t.room.expectsNothing()
})

test.each([
  ['within an hour, sends the daily message late', at(9, 50), 1],
  ['later, leaves the daily message of the day out', at(10, 30), 0],
])('after a start %s', async (_what, now, count) => {
  await using t = await testBot(setup().start, { now })
  await t.clock.advance(MINUTE)
  expect(t.room.chat.unread).toHaveLength(count)
})

test('sends a reminder at its time, on the next day if the time has passed', async () => {
  await using t = await testBot(setup().start, { now: at(18, 29) })
  t.alice.say('remind 18:30 tea\nand cups')
  await t.alice.expects('I will remind you on Mon Jan 05 2026 at 18:30.')
  t.bob.say('Remind 9:05 stand up')
  await t.bob.expects('I will remind you on Tue Jan 06 2026 at 9:05.')
  for (const text of ['remind 24:00 x', 'remind 10:60 x', 'remind me', 'remind 10:00 ']) t.bob.say(text)
  await t.bob.expectsNothing()
  await t.clock.advance(2 * MINUTE)
  await t.alice.expects('Reminder: tea\nand cups')
  await t.clock.advance(2 * MINUTE)
  await t.alice.expectsNothing()
  await t.bob.expectsNothing()
})

test('sends a reminder that was due while the program was not running', async () => {
  const { start, file } = setup()
  await using t = await testBot(start, { now: at(18, 0), hotReload: true })
  t.alice.say('remind 18:02 tea')
  await t.alice.expects(/18:02/)
  await t.bot.close()
  await t.clock.advance(10 * MINUTE)
  expect(t.alice.chat.unread).toEqual([])
  await t.restart()
  await t.clock.advance(MINUTE)
  await t.alice.expects('Reminder: tea')
  expect(JSON.parse(readFileSync(file, 'utf8')).reminders).toEqual([])
})

test('sends nothing before the login', async () => {
  const { start, file } = setup()
  const reminder = { at: at(18, 0).getTime(), puid: 'unknown', text: 'tea' }
  writeFileSync(file, JSON.stringify({ sentOn: '', reminders: [reminder] }))
  await using t = await testBot(start, { now: at(19, 0), login: false })
  await t.clock.advance(MINUTE)
  expect(JSON.parse(readFileSync(file, 'utf8')).reminders).toEqual([reminder])
})

test('reports and drops a reminder for a person who cannot be identified', async () => {
  const error = vi.spyOn(console, 'error').mockReturnValue()
  const { start, file } = setup()
  const reminder = { at: at(18, 0).getTime(), puid: 'unknown', text: 'tea' }
  writeFileSync(file, JSON.stringify({ sentOn: '', reminders: [reminder] }))
  await using t = await testBot(start, { now: at(19, 0) })
  await t.clock.advance(MINUTE)
  expect(error.mock.calls).toEqual([[expect.stringContaining('The person who wanted a reminder is unknown')]])
  expect(JSON.parse(readFileSync(file, 'utf8')).reminders).toEqual([])
})

test('does not send a reminder again that may have arrived', async () => {
  const error = vi.spyOn(console, 'error').mockReturnValue()
  await using t = await testBot(setup().start, { now: at(18, 0) })
  t.alice.say('remind 18:01 tea')
  await t.alice.expects(/18:01/)
  t.faults.add({ kind: 'dropReply', path: 'webwxsendmsg', count: 1 })
  await t.clock.advance(3 * MINUTE)
  await t.alice.expects('Reminder: tea')
  await t.alice.expectsNothing()
  expect(error).toHaveBeenCalledOnce()
})

test('retries a reminder that was not sent', async () => {
  const error = vi.spyOn(console, 'error').mockReturnValue()
  await using t = await testBot(setup().start, { now: at(18, 0) })
  t.alice.say('remind 18:01 tea')
  await t.alice.expects(/18:01/)
  const [alice] = t.bot.searchFriends({ name: 'Alice' })
  const send = vi.spyOn(alice as User, 'sendMsg')
  send.mockRejectedValueOnce(new NetworkError('refused', { endpoint: 'webwxsendmsg', outcome: 'notSent' }))
  await t.clock.advance(3 * MINUTE)
  await t.alice.expects('Reminder: tea')
  await t.alice.expectsNothing()
  expect(send).toHaveBeenCalledTimes(2)
  expect(error).toHaveBeenCalledOnce()
})

test('reports a group that is unknown, and continues', async () => {
  const error = vi.spyOn(console, 'error').mockReturnValue()
  await using t = await testBot(setup().start, {
    now: at(8, 59),
    world: { owner: 'bot', friends: ['Alice', 'Bob'], groups: [] },
  })
  await t.clock.advance(2 * MINUTE)
  expect(error.mock.calls).toEqual([[expect.stringContaining('The group "Room" is unknown.')]])
  t.alice.say('remind 9:02 tea')
  await t.alice.expects(/9:02/)
  await t.clock.advance(2 * MINUTE)
  await t.alice.expects('Reminder: tea')
})
