import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startFile } from './program.js'
import { TRANSPORT_NAMES, TRANSPORTS } from './transports.js'

const ROOT = join(import.meta.dirname, '../..')

/** Writes the first program of a document to a file and returns its path from the root of the repository. */
function firstProgram(document: string): string {
  const [, program = ''] = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, document), 'utf8')) ?? []
  const file = `build/readme/first-of-${document}.ts`
  mkdirSync(dirname(join(ROOT, file)), { recursive: true })
  writeFileSync(join(ROOT, file), program)
  return file
}

describe.each(TRANSPORT_NAMES)('over %s', (transport) => {
  const { online, person } = TRANSPORTS[transport]

  test.each([
    ['README.md', 'I received: hello'],
    ['README.zh-CN.md', '收到：hello'],
  ])('the first program of %s answers, and answers again after a restart without a scan', async (document, answer) => {
    const file = firstProgram(document)
    const first = await startFile(file, { transport })
    const { sandbox, folder } = first
    await online(sandbox)
    const someone = person(sandbox)
    someone.say('hello')
    expect(await someone.read()).toBe(answer)
    await first.itchat.close()
    await first.ended

    const codes = () => sandbox.requests.filter(({ endpoint }) => /jslogin|get_bot_qrcode/.test(endpoint)).length
    expect(codes()).toBe(1)
    someone.say('hello')
    await startFile(file, { transport, sandbox, folder })
    expect(await someone.read()).toBe(answer)
    expect(codes()).toBe(1)
    expect(someone.unread).toBe(0)
  })

  test("the tutorials' attachment saver stores a file under its name", async () => {
    const { sandbox, folder, itchat } = await startFile('examples/tutorial/store-attachments.ts', { transport })
    await online(sandbox)
    const someone = person(sandbox)
    const bytes = Buffer.from('content '.repeat(1_000))
    const handled = new Promise<void>((resolve) => {
      itchat.msgRegister('Text', () => resolve())
    })
    someone.sendFile('报告.txt', bytes)
    someone.say('was that all?')
    await handled
    expect(readFileSync(join(folder, '报告.txt'))).toEqual(bytes)
  })
})
