import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { sealWith } from '../../util/seal.js'
import { Documents } from './documents.js'
import { JournalFile } from './journal-file.js'
import { MemorySessionStore } from './memory-session-store.js'
import { isStateFile, STATE_HEAD_BYTES } from './state-files.js'

const seal = sealWith(Buffer.alloc(32, 1), 'test')
const session = { session: { uin: '1', sid: 's', skey: 'k', syncKey: {}, cookies: [] }, user: {} }

async function document(name: 'session' | 'identities', isSealed: boolean): Promise<string> {
  const store = new MemorySessionStore()
  const documents = new Documents({ store, sealFor: () => (isSealed ? seal : undefined), onQuarantined: () => {} })
  await documents.save(name, session)
  return (await store.load(name)) ?? ''
}

async function journal(isSealed: boolean, records: object[]): Promise<string> {
  const file = new JournalFile(join(mkdtempSync(join(tmpdir(), 'itchat-')), 'x'), isSealed ? seal : undefined)
  await file.open()
  await file.append(records)
  await file.close()
  return readFileSync(file.path, 'utf8')
}

const is = (content: string, name = 'holiday.txt') =>
  isStateFile(name, Buffer.from(content).subarray(0, STATE_HEAD_BYTES))

describe('state is known by its content', () => {
  test.each([false, true])('documents, sealed: %s', async (isSealed) => {
    for (const name of ['session', 'identities'] as const) {
      const content = await document(name, isSealed)
      expect(is(content)).toBe(true)
      expect(is(`\ufeff\n ${JSON.stringify(JSON.parse(content), undefined, 2)}`)).toBe(true)
    }
  })

  test('a session whose keys are in another order', async () => {
    const { content, ...rest } = JSON.parse(await document('session', false))
    expect(is(JSON.stringify({ content, ...rest }))).toBe(true)
    expect(is(JSON.stringify(content))).toBe(true)
  })

  test.each([false, true])('journals, sealed: %s', async (isSealed) => {
    const content = await journal(isSealed, [
      { t: 'own', uin: '1' },
      { t: 'msg', id: '2' },
    ])
    expect(is(content)).toBe(true)
    expect(is(`\n${content}`)).toBe(true)
    expect(is(`torn line\n${content.slice(5)}`)).toBe(true)
    const long = await journal(isSealed, [{ t: 'msg', sent: 'x'.repeat(2 * STATE_HEAD_BYTES) }])
    expect(is(long)).toBe(true)
  })

  test.each([
    ['notes', 'just words'],
    ['settings', '{"version":2,"name":"x"}'],
    ['a document of another kind', '{"version":1,"document":"invoice"}'],
    ['checksums of files', 'deadbeef file.txt\ncafebabe other.txt\n'],
    ['a line that looks sealed', `00000000 ${'A'.repeat(80)}\n`],
    ['a picture', '\x89PNG\r\n'],
  ])('other files are not: %s', (_, content) => {
    expect(is(content)).toBe(false)
  })

  test.each(['yarn.lock', 'package-lock.json', 'journal.txt', 'aside.md', 'x.tmp', 'my-itchat.json.txt'])(
    'nor by a name like %s',
    (name) => expect(is('words', name)).toBe(false),
  )
})
