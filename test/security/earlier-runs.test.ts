import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DirectiveError, TEXT } from 'itchat'
import { describe, expect, test } from 'vitest'
import { processGuard } from '../../src/account/outbox/process-guard.js'
import { UntrustedTexts } from '../../src/account/outbox/untrusted-texts.js'
import { botFor, nextEvent, sandboxFor } from '../support/bot.js'
import { failureOf } from '../support/gate.js'
import { folder, hotReload, interrupted, saidAndTaken } from '../support/restarts.js'

/** A directive that would send something, of a path that no other test names. */
function directive(): string {
  const path = join(folder(), 'Secret.txt')
  writeFileSync(path, 'the secret')
  return `@fil@${path}`
}

/** As in a process that has just begun. */
function forgetWhatWasHeard(): void {
  Object.assign(processGuard, { untrusted: new UntrustedTexts() })
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
    const text = directive()
    const twice = await interrupted(sandbox, '小满', text, 3)
    forgetWhatWasHeard()

    const last = botFor(sandbox)
    const told = nextEvent(last, 'error')
    await last.autoLogin(hotReload(twice))
    void last.run()
    expect((await told).message?.text).toBe(text)
    expect(await failureOf(last.send(text, 'filehelper'))).toBeInstanceOf(DirectiveError)
  })
})
