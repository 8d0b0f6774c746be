import { type Itchat, TEXT } from 'itchat'
import type { Sandbox } from 'itchat/sandbox'
import { describe, expect, test } from 'vitest'
import { botFor, sandboxFor } from '../support/bot.js'
import { gate } from '../support/gate.js'

/** Starts bots whose handlers wait for each other and then run `inHandler`. */
async function bots(count: number, inHandler: (bots: Itchat[], index: number) => Promise<unknown>) {
  const all: Itchat[] = []
  const sandboxes: Sandbox[] = []
  const running: Promise<void>[] = []
  const together = gate()
  const ended = gate()
  let started = 0
  let finished = 0
  for (let index = 0; index < count; index++) {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    bot.msgRegister(TEXT, async () => {
      if (++started === count) together.open()
      await together.opened
      await inHandler(all, index)
      if (++finished === count) ended.open()
    })
    await bot.login()
    running.push(bot.run())
    all.push(bot)
    sandboxes.push(sandbox)
  }
  for (const sandbox of sandboxes) sandbox.friend('小满').say('now')
  return { all, running, ended: ended.opened, together: together.opened }
}

const next = (all: Itchat[], index: number) => all[(index + 1) % all.length] as Itchat

describe('instances that end each other in their handlers do not deadlock', () => {
  test.each([
    ['when two call close()', 2, (all: Itchat[], index: number) => next(all, index).close()],
    ['when two call logout()', 2, (all: Itchat[], index: number) => next(all, index).logout()],
    [
      'when one calls close() and the other calls logout()',
      2,
      (all: Itchat[], i: number) => (i ? next(all, i).close() : next(all, i).logout()),
    ],
    ['when three close each other in a ring', 3, (all: Itchat[], index: number) => next(all, index).close()],
    ['when each of two closes both', 2, (all: Itchat[]) => Promise.all(all.map((bot) => bot.close()))],
    [
      'when each of two closes itself before the other',
      2,
      async (all: Itchat[], i: number) => all[i]?.close().then(() => next(all, i).close()),
    ],
  ])('%s', async (_, count, inHandler) => {
    const { running, ended } = await bots(count, inHandler)
    await ended
    await Promise.all(running)
  })

  test('when the program also closes them at the same time', async () => {
    const { all, running, ended, together } = await bots(2, (all, index) => next(all, index).close())
    await together
    await Promise.all(all.map((bot) => bot.close()))
    await ended
    await Promise.all(running)
  })
})

test.each(['close', 'logout'] as const)('exitCallback can await %s()', async (end) => {
  const bot = botFor(await sandboxFor())
  const exits: string[] = []
  await bot.login({
    exitCallback: async () => {
      await bot[end]()
      exits.push('exitCallback')
    },
  })
  const running = bot.run()
  await bot[end]()
  await running
  expect(exits).toHaveLength(1)
})

test("exitCallbacks that close each other's instances do not deadlock", async () => {
  const all: Itchat[] = []
  for (const index of [0, 1]) {
    const bot = botFor(await sandboxFor())
    all.push(bot)
    await bot.login({ exitCallback: () => all[1 - index]?.close() })
  }
  const running = all.map((bot) => bot.run())
  await all[0]?.close()
  await Promise.all(running)
})
