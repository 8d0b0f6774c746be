import { SandboxError, startSandbox, testBot, testProgram } from 'itchat/sandbox'
import { expect, test } from 'vitest'

// Programs in plain JavaScript are not checked by the compiler.
type Any = never

const setup = () => {}

/** Calls with a misspelled option, and the option that the error suggests; `''` for none. */
const CALLS: [name: string, call: () => unknown, suggestion: string][] = [
  ['startSandbox', () => startSandbox({ port: 0, autologin: true } as Any), 'autoLogin'],
  ['startSandbox in Python style', () => startSandbox({ port: 0, contact_page_size: 5 } as Any), 'contactPageSize'],
  ['startSandbox with a missing ending', () => startSandbox({ port: 0, messageTimeout: 5 } as Any), 'messageTimeoutMs'],
  ['startSandbox with swapped letters', () => startSandbox({ prot: 0 } as Any), 'port'],
  ['startSandbox with another word', () => startSandbox({ port: 0, friends: [] } as Any), ''],
  ['floodLimit', () => startSandbox({ port: 0, floodLimit: { send: 5, windowMs: 9 } } as Any), 'sends'],
  ['loginRefusal', () => startSandbox({ port: 0, loginRefusal: { wen: 'always' } } as Any), 'when'],
  ['testBot', () => testBot(setup, { poeple: ['Carol'] } as Any), 'people'],
  ['testBot with another word', () => testBot(setup, { freinds: [] } as Any), ''],
  ['the sandbox of testBot', () => testBot(setup, { sandbox: { syncPagesize: 5 } } as Any), 'syncPageSize'],
  ['the sandbox of testBot with its own option', () => testBot(setup, { sandbox: { world: 'en' } } as Any), ''],
  ['testProgram', () => testProgram(setup, { room: {} } as Any), 'rooms'],
]

test.each(CALLS)('%s refuses an unknown option', async (_, call, suggestion) => {
  const error = await Promise.resolve(call()).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(SandboxError)
  const { message } = error as Error
  expect(message).toMatch(/^Invalid option "\w+": expected one of \w+, /)
  expect(/ Did you mean (\w+)\?$/.exec(message)?.[1] ?? '').toBe(suggestion)
})

test.each([
  ['a number', 8078],
  ['null', null],
  ['a list', [8078]],
])('startSandbox refuses %s instead of options', async (_, options) => {
  await expect(startSandbox(options as Any)).rejects.toThrow(/^Invalid options .*: expected an object\.$/)
})

test('expectations refuse an unknown option', async () => {
  await using t = await testBot(setup)
  await expect(t.alice.expectsNothing({ timeout: 5 } as Any)).rejects.toThrow('Did you mean timeoutMs?')
})
