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

async function document(name: 'session' | 'identities' | 'queue', isSealed: boolean): Promise<string> {
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

const isState = (content: string, name = 'holiday.txt') =>
  isStateFile(name, Buffer.from(content).subarray(0, STATE_HEAD_BYTES))

describe('isStateFile', () => {
  test.each([false, true])('recognizes documents by their content (sealed: %s)', async (isSealed) => {
    for (const name of ['session', 'identities', 'queue'] as const) {
      const content = await document(name, isSealed)
      expect(isState(content)).toBe(true)
      expect(isState(`\ufeff\n ${JSON.stringify(JSON.parse(content), undefined, 2)}`)).toBe(true)
    }
  })

  test('recognizes a session whose keys are in another order', async () => {
    const { content, ...rest } = JSON.parse(await document('session', false))
    expect(isState(JSON.stringify({ content, ...rest }))).toBe(true)
    expect(isState(JSON.stringify(content))).toBe(true)
  })

  test.each([false, true])('recognizes journals by their content (sealed: %s)', async (isSealed) => {
    const content = await journal(isSealed, [
      { t: 'own', uin: '1' },
      { t: 'msg', id: '2' },
    ])
    expect(isState(content)).toBe(true)
    expect(isState(`\n${content}`)).toBe(true)
    expect(isState(`torn line\n${content.slice(5)}`)).toBe(true)
    const long = await journal(isSealed, [{ t: 'msg', sent: 'x'.repeat(2 * STATE_HEAD_BYTES) }])
    expect(isState(long)).toBe(true)
  })

  test.each([
    ['notes', 'plain words'],
    ['settings', '{"version":2,"name":"x"}'],
    ['an unrelated document', '{"version":1,"document":"invoice"}'],
    ['a list of checksums', 'deadbeef file.txt\ncafebabe other.txt\n'],
    ['a line that looks sealed', `00000000 ${'A'.repeat(80)}\n`],
    ['a picture', '\x89PNG\r\n'],
  ])('rejects the content of %s', (_, content) => {
    expect(isState(content)).toBe(false)
  })

  test.each(['yarn.lock', 'package-lock.json', 'journal.txt', 'aside.md', 'x.tmp', 'my-itchat.json.txt'])(
    'rejects the name %s',
    (name) => expect(isState('words', name)).toBe(false),
  )
})
