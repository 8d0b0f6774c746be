import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DirectiveError, TEXT } from 'itchat'
import { describe, expect, test } from 'vitest'
import { processGuard } from '../../src/account/outbox/process-guard.js'
import { UntrustedTexts } from '../../src/account/outbox/untrusted-texts.js'
import { botFor, nextEvent, sandboxFor } from '../support/bot.js'
import { failureOf } from '../support/gate.js'
import { folder, hotReload, interrupted, sayAndDeliver } from '../support/restarts.js'

/** Returns a directive for a file whose path no other test mentions. */
function directive(): string {
  const path = join(folder(), 'Secret.txt')
  writeFileSync(path, 'the secret')
  return `@fil@${path}`
}

/** Resets the record of untrusted text, as in a new process. */
function resetUntrustedTexts(): void {
  Object.assign(processGuard, { untrusted: new UntrustedTexts() })
}

describe('text that an earlier run received', () => {
  test('is untrusted: the former display name of a group member', async () => {
    const sandbox = await sandboxFor()
    const directory = folder()
    const name = directive()
    const group = sandbox.group('周末爬山队')
    group.setDisplayName('马骁', name)
    const first = botFor(sandbox)
    await first.autoLogin(hotReload(directory))
    await sayAndDeliver(sandbox, () => group.member('马骁').say('hello'))
    await first.close()
    group.remove('马骁')
    sandbox.expireSession(1102)
    resetUntrustedTexts()

    const second = botFor(sandbox)
    const handled = new Promise<string | undefined>((resolve) =>
      second.msgRegister(TEXT, { isGroupChat: true }, (msg) => resolve(msg.actualNickName)),
    )
    await second.autoLogin(hotReload(directory))
    void second.run()
    expect(await handled).toBe(name)
    expect(await failureOf(second.send(name, 'filehelper'))).toBeInstanceOf(DirectiveError)
  })

  test('is untrusted: a dead letter that is reported as an error', async () => {
    const sandbox = await sandboxFor()
    const text = directive()
    const directory = await interrupted(sandbox, '小满', text, 3)
    resetUntrustedTexts()

    const last = botFor(sandbox)
    const reported = nextEvent(last, 'error')
    await last.autoLogin(hotReload(directory))
    void last.run()
    expect((await reported).message?.text).toBe(text)
    expect(await failureOf(last.send(text, 'filehelper'))).toBeInstanceOf(DirectiveError)
  })
})
