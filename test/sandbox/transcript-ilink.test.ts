import { TEXT } from 'itchat'
import { formatDifferences, type Sandbox } from 'itchat/sandbox'
import { expect, test } from 'vitest'
import { sandboxFor } from '../support/bot.js'
import { AutoAdvanceClock } from '../support/hasty-clock.js'
import { ilinkBot } from '../support/ilink-bot.js'

function startBot(sandbox: Sandbox, answer = (text: string) => `got ${text}`): void {
  const { bot, errors } = ilinkBot(sandbox)
  sandbox.addDiagnostics(() => errors.map(String))
  bot.msgRegister(TEXT, (msg) => answer(msg.text))
  bot.msgRegister(['Picture', 'Attachment'], (msg) => `got ${msg.type}`)
  void bot.login().then(
    () => bot.run(),
    (error: unknown) => errors.push(error),
  )
}

/** Everything happens through the phone, so that the transcript contains the login. */
async function recordSession(): Promise<readonly string[]> {
  const sandbox = await sandboxFor({ autoLogin: false })
  const recording = sandbox.record()
  startBot(sandbox)
  const { clawbot } = sandbox
  await clawbot.waiting()
  clawbot.scan()
  await sandbox.held('get_qrcode_status')
  clawbot.confirm()
  await clawbot.online()
  const first = clawbot.say('hello')
  await clawbot.nextMessage()
  clawbot.quote(first, 'quoted')
  await clawbot.nextMessage()
  clawbot.send({ kind: 'image' })
  await clawbot.nextMessage()
  clawbot.send({ kind: 'file', name: 'notes.txt', bytes: Buffer.from('notes') })
  await clawbot.nextMessage()
  sandbox.faults.add({ kind: 'duplicate', path: 'getupdates' })
  clawbot.say('delivered twice')
  await clawbot.nextMessage()
  clawbot.closeWindow()
  clawbot.openWindow()
  clawbot.sendItem({ type: 99, mystery: { level: 3 } })
  clawbot.say('after an unknown item')
  await clawbot.nextMessage()
  await recording.close()
  return recording.lines
}

test('the ClawBot chat is recorded and replayed, with the login, limits and faults', async () => {
  const lines = await recordSession()
  const types = new Set(lines.slice(2).map((line): unknown => JSON.parse(line).type))
  expect(types).toEqual(new Set(['clawbot', 'online', 'write', 'fetched', 'sent', 'fault']))
  expect(lines.join('\n')).not.toMatch(/im\.bot|im\.wechat|token/)
  const sandbox = await sandboxFor({ autoLogin: false, waitClock: new AutoAdvanceClock() })
  startBot(sandbox)
  const { differences, sentCount } = await sandbox.replay(lines)
  expect(formatDifferences(differences)).toBe('')
  expect(sentCount).toBe(6)
  expect(sandbox.clawbot.messages.filter(({ kind }) => kind === 'unknown')).toHaveLength(1)
})

test('a wrong answer in the ClawBot chat is shown, also if the sandbox confirms logins itself', async () => {
  const lines = await recordSession()
  const sandbox = await sandboxFor({ waitClock: new AutoAdvanceClock() })
  startBot(sandbox, (text) => (text === 'delivered twice' ? 'oops' : `got ${text}`))
  const { differences } = await sandbox.replay(lines)
  expect(formatDifferences(differences)).toContain('+ text "oops"')
  expect(differences).toHaveLength(1)
})

test('a redirect leads to the sandbox itself, wherever it led in the recording', async () => {
  const recorded = await sandboxFor({ autoLogin: false })
  const recording = recorded.record()
  startBot(recorded)
  await recorded.clawbot.waiting()
  recorded.clawbot.redirect('elsewhere.example')
  await recording.close()
  expect(recording.lines.at(-1)).toMatch(/"type":"clawbot","action":"redirect"}$/)
})
