import { describe, expect, test } from 'vitest'
import { startFile } from '../program.js'
import { TRANSPORT_NAMES, TRANSPORTS } from '../transports.js'

describe.each(TRANSPORT_NAMES)('over %s', (transport) => {
  const { online, owner } = TRANSPORTS[transport]

  async function start() {
    const { sandbox } = await startFile('examples/recipes/controller.ts', { transport })
    await online(sandbox)
    const phone = owner(sandbox)
    const ask = (text: string) => {
      phone.say(text)
      return phone.read()
    }
    return { sandbox, phone, ask }
  }

  test('answers the commands of the owner', async () => {
    const { ask, phone } = await start()
    expect((await ask('help')).split('\n')).toEqual([
      'help',
      'status',
      'note <text>',
      'notes',
      'remind <minutes> <text>',
    ])
    expect(await ask('notes')).toBe('No notes')
    expect(await ask('Note  buy tea\nand cups ')).toBe('Saved as note 1')
    expect(await ask('note @fil@/etc/passwd')).toBe('Saved as note 2')
    expect(await ask('notes')).toBe('1. buy tea\nand cups\n2. @fil@/etc/passwd')
    expect(await ask('note')).toBe('Write: note <text>')
    expect(await ask('status')).toMatch(/^online, started .+, 2 notes$/)
    expect(await ask('constructor')).toBe('Unknown command "constructor". Write "help" for a list.')
    expect(phone.unread).toBe(0)
  })

  test('sends a reminder that is not a reply', async () => {
    const { ask, phone } = await start()
    expect(await ask('remind 0 the kettle')).toBe('Reminder in 0 min: the kettle')
    expect(await phone.read()).toBe('Reminder: the kettle')
    expect(await ask('remind 1441 too late')).toBe('Write: remind <minutes, at most 1440> <text>')
    expect(phone.unread).toBe(0)
  })
})

test('over web, ignores friends', async () => {
  const { sandbox, itchat } = await startFile('examples/recipes/controller.ts')
  await sandbox.online()
  const handled = new Promise<void>((resolve) => {
    itchat.use(async (msg, next) => {
      const reply = await next()
      if (msg.text === 'status') resolve()
      return reply
    })
  })
  const friend = sandbox.friend('小满')
  friend.say('note from a friend')
  friend.say('status')
  await handled
  expect(friend.unread).toEqual([])
  sandbox.owner.say('filehelper', 'notes')
  expect((await sandbox.official('filehelper').nextMessage()).text).toBe('No notes')
})

test('over ilink, sends a reminder that is refused after the next message of the owner', async () => {
  const { sandbox, itchat } = await startFile('examples/recipes/controller.ts', { transport: 'ilink' })
  const { clawbot } = sandbox
  await clawbot.online()
  const queued = new Promise<void>((resolve) => {
    itchat.on('sent', ({ outcome }) => {
      if (outcome === 'queued') resolve()
    })
  })
  clawbot.say('remind 0 the kettle')
  // One message is left, for the reply.
  clawbot.spendQuota(9)
  expect((await clawbot.nextMessage()).text).toBe('Reminder in 0 min: the kettle')
  await queued
  expect(clawbot.unread).toEqual([])
  clawbot.say('notes')
  const texts = [await clawbot.nextMessage(), await clawbot.nextMessage()].map(({ text }) => text)
  expect(texts.sort()).toEqual(['No notes', 'Reminder: the kettle'])
})
