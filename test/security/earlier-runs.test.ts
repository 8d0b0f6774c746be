import { cpSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DirectiveError, TEXT } from 'itchat'
import type { Sandbox } from 'itchat/sandbox'
import { describe, expect, onTestFinished, test } from 'vitest'
import { HeardTexts } from '../../src/itchat/send/heard-texts.js'
import { processRecord } from '../../src/itchat/send/process-record.js'
import { botFor, nextEvent, sandboxFor } from '../support/bot.js'
import { failureOf, gate } from '../support/gate.js'

const folder = () => mkdtempSync(join(tmpdir(), 'itchat-'))
const hotReload = (place: string) => ({ hotReload: true, statusStorageDir: join(place, 'state.json') })

/** A directive that would send something, of a path that no other test names. */
function directive(): string {
  const path = join(folder(), 'Secret.txt')
  writeFileSync(path, 'the secret')
  return `@fil@${path}`
}

/** As in a process that has just begun. */
function forgetWhatWasHeard(): void {
  Object.assign(processRecord, { heard: new HeardTexts() })
}

/** Says something and resolves when the program has taken it. */
async function saidAndTaken(sandbox: Sandbox, say: () => unknown): Promise<void> {
  await sandbox.held('synccheck')
  const delivered = new Promise<void>((resolve) => sandbox.on('delivered', () => resolve()))
  say()
  await delivered
  await sandbox.held('synccheck')
}

describe('what an earlier run received', () => {
  test('counts as heard: the name somebody had in a group, and has no more', async () => {
    const sandbox = await sandboxFor()
    const place = folder()
    const name = directive()
    const group = sandbox.group('周末爬山队')
    group.setDisplayName('马骁', name)
    const first = botFor(sandbox)
    await first.autoLogin(hotReload(place))
    await saidAndTaken(sandbox, () => group.member('马骁').say('hello'))
    await first.close()
    group.remove('马骁')
    sandbox.expireSession(1102)
    forgetWhatWasHeard()

    const second = botFor(sandbox)
    const handled = new Promise<string | undefined>((resolve) =>
      second.msgRegister(TEXT, { isGroupChat: true }, (msg) => resolve(msg.actualNickName)),
    )
    await second.autoLogin(hotReload(place))
    void second.run()
    expect(await handled).toBe(name)
    expect(await failureOf(second.send(name, 'filehelper'))).toBeInstanceOf(DirectiveError)
  })

  test('counts as heard: a message that is set aside, and told as an error', async () => {
    const sandbox = await sandboxFor()
    const release = gate()
    const text = directive()
    const interrupted = async (place: string): Promise<string> => {
      const bot = botFor(sandbox)
      const began = gate()
      bot.msgRegister(TEXT, async () => {
        began.open()
        await release.opened
      })
      await bot.autoLogin(hotReload(place))
      void bot.run()
      await began.opened
      // The disk as a kill would leave it.
      const copy = folder()
      cpSync(place, copy, { recursive: true })
      onTestFinished(() => release.open())
      return copy
    }
    const born = folder()
    const first = botFor(sandbox)
    await first.autoLogin(hotReload(born))
    await saidAndTaken(sandbox, () => sandbox.friend('小满').say(text))
    await first.close()
    const twice = await interrupted(await interrupted(born))
    forgetWhatWasHeard()

    const last = botFor(sandbox)
    const told = nextEvent(last, 'error')
    await last.autoLogin(hotReload(twice))
    void last.run()
    expect((await told).message?.text).toBe(text)
    expect(await failureOf(last.send(text, 'filehelper'))).toBeInstanceOf(DirectiveError)
  })
})
