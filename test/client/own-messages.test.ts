import { type Message, SYSTEM, TEXT } from 'itchat'
import { describe, expect, test } from 'vitest'
import { botFor, sandboxFor } from '../support/bot.js'
import { gate } from '../support/gate.js'
import { wireTo } from '../support/wire.js'

describe('the echo of a message that this client sent', () => {
  test('is not handled, unlike messages from the phone', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    await bot.login()
    const seen: string[] = []
    const done = gate()
    bot.msgRegister(TEXT, { isFriendChat: true, isSelf: true }, (msg) => {
      seen.push(msg.text)
      if (msg.text === 'from the phone') done.open()
    })
    void bot.run()
    const { MsgID } = await bot.sendMsg('from the bot', 'filehelper')
    sandbox.raw({ to: 'filehelper', MsgType: 1, Content: 'from the bot', MsgId: MsgID })
    sandbox.owner.say('filehelper', 'from the phone')
    await done.opened
    expect(seen).toEqual(['from the phone'])
  })

  test('is recognized even when it arrives before the response to the send', async () => {
    const sandbox = await sandboxFor()
    const answer = gate()
    const wire = await wireTo(sandbox, async ({ endpoint, pass }) => {
      if (endpoint !== 'webwxsendmsg') return undefined
      const reply = await pass()
      await answer.opened
      return reply
    })
    const bot = botFor(wire)
    await bot.login()
    const seen: string[] = []
    const elsewhere = gate()
    const done = gate()
    bot.msgRegister(TEXT, { isFriendChat: true, isSelf: true }, (msg) => {
      seen.push(msg.text)
      if (msg.text === 'elsewhere') elsewhere.open()
      if (msg.text === 'from the phone') done.open()
    })
    void bot.run()
    const sending = bot.sendMsg('from the bot', 'filehelper')
    const { id } = await sandbox.official('filehelper').nextMessage()
    sandbox.raw({ to: 'filehelper', MsgType: 1, Content: 'from the bot', MsgId: id })
    sandbox.owner.say('filehelper', 'from the phone')
    // This message arrives last, in a conversation without a send in flight.
    sandbox.owner.say('小满', 'elsewhere')
    await elsewhere.opened
    expect(seen).toEqual(['elsewhere'])
    answer.open()
    expect((await sending).MsgID).toBe(id)
    await done.opened
    expect(seen).toEqual(['elsewhere', 'from the phone'])
  })

  test('does not delay other messages when the send fails', async () => {
    const sandbox = await sandboxFor()
    const wire = await wireTo(sandbox)
    const bot = botFor(wire)
    await bot.login()
    const handled = gate()
    bot.msgRegister(TEXT, { isFriendChat: true, isSelf: true }, () => handled.open())
    void bot.run()
    const sent = gate()
    const broken = gate()
    wire.intercept = async ({ endpoint }) => {
      if (endpoint !== 'webwxsendmsg') return undefined
      sent.open()
      await broken.opened
      return 'cut'
    }
    const sending = bot.sendMsg('lost', 'filehelper').catch((error: Error) => error.name)
    await sent.opened
    sandbox.owner.say('filehelper', 'from the phone')
    broken.open()
    expect(await sending).toBe('NetworkError')
    await handled.opened
  })
})

describe('the catch-all', () => {
  test('receives messages from others, but no own, System or Unknown messages', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    await bot.login()
    const seen: string[] = []
    const done = gate()
    const systems = gate()
    bot.msgRegister((msg: Message) => {
      seen.push(`${msg.type} ${msg.content}`)
      if (msg.content === 'the end') done.open()
    })
    const friend = sandbox.friend('小满')
    void bot.run()
    sandbox.raw({ from: friend.id, MsgType: 777, Content: 'unknown' })
    sandbox.owner.say('filehelper', 'own command')
    sandbox.owner.say('小满', 'own message')
    sandbox.owner.say('周末爬山队 ⛰️', 'own message in a group')
    sandbox.raw({ MsgType: 51, Content: 'system' })
    sandbox.raw({ from: friend.id, MsgType: 51, Content: 'system message from a friend' })
    sandbox.group('周末爬山队 ⛰️').rename('爬山队')
    sandbox.raw({ from: friend.id, MsgType: 10000, Content: 'a note' })
    friend.say('the end')
    await done.opened
    expect(seen).toEqual(expect.arrayContaining(['Note a note', 'Text the end']))
    expect(seen.filter((line) => /own|system|unknown/i.test(line))).toEqual([])
    // A handler for System receives System messages.
    bot.msgRegister(SYSTEM, () => systems.open())
    sandbox.raw({ MsgType: 51, Content: 'system' })
    await systems.opened
  })
})
