import { expect, test } from 'vitest'
import { Documents } from '../persistence/documents.js'
import { MemorySessionStore } from '../persistence/memory-session-store.js'
import { IdentityFile } from './identity-file.js'
import type { Known } from './identity-match.js'

const known = (puid: string, more: Partial<Known> = {}): Known => ({
  puid,
  kind: 'user',
  userName: '@a',
  uin: '5',
  id: 'wxid_a',
  alias: 'a',
  remark: 'R',
  nickName: 'A',
  seenAt: 7,
  certain: true,
  doubt: '',
  ...more,
})

const documentsIn = (store: MemorySessionStore) =>
  new Documents({ store, sealFor: () => undefined, onQuarantined() {} })

const fileIn = (store: MemorySessionStore) => new IdentityFile(documentsIn(store))

/** Writes new identities. */
const write = (file: IdentityFile, uin: string, ...identities: Known[]) =>
  file.write(uin, { changed: new Set(identities), dropped: new Set() }, () => identities)

test('two accounts in one store read their own identities', async () => {
  const store = new MemorySessionStore()
  const [a, b] = [fileIn(store), fileIn(store)]
  await a.read('1')
  await write(a, '1', known('aaaaaaaa'))
  await b.read('2')
  await write(b, '2', known('bbbbbbbb', { certain: false, doubt: 'guessed' }))
  const fresh = fileIn(store)
  expect(await fresh.read('1')).toEqual([known('aaaaaaaa')])
  expect(await fresh.read('2')).toEqual([known('bbbbbbbb', { certain: false, doubt: 'guessed' })])
  expect(await fresh.read('3')).toEqual([])
})

test('keeps one identity per puid and does not clear doubts when reading a tampered file', async () => {
  const store = new MemorySessionStore()
  const accounts = {
    '1': [
      { ...known('aaaaaaaa'), doubt: undefined, certain: 'yes' },
      known('bbbbbbbb'),
      { ...known('bbbbbbbb'), nickName: 'B' },
      { ...known('cccccccc'), kind: 'nothing' },
      { ...known('../../x') },
      null,
      'text',
    ],
  }
  await documentsIn(store).save('identities', { accounts })
  expect(await fileIn(store).read('1')).toEqual([
    known('aaaaaaaa', { certain: false, doubt: 'bound' }),
    known('bbbbbbbb', { nickName: 'B' }),
  ])
})

test('drops the least recently seen accounts from a file', async () => {
  const store = new MemorySessionStore()
  // As object keys, these are read back in numerical order, regardless of the order in which they were written.
  const uins = ['30', '9', '20', '1', '50', '7', '40', '8', '60', '2']
  for (const [seenAt, uin] of uins.entries()) {
    const file = fileIn(store)
    await file.read(uin)
    await write(file, uin, known('aaaaaaaa', { seenAt }))
  }
  const kept = await Promise.all(uins.map(async (uin) => (await fileIn(store).read(uin)).length))
  expect(kept).toEqual([0, 0, 1, 1, 1, 1, 1, 1, 1, 1])
})
