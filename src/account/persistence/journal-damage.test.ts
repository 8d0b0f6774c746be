import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { FileJournal } from './file-journal.js'
import { isJournalOf } from './journal.js'
import { JournalFile } from './journal-file.js'
import type { Received } from './journal-record.js'

const OWNER = { account: '1', session: 'a', self: '@me' }
const CURSOR = 'cursor'
const LINE_END = 0x0a
const same = (received: Received) => received
const newPath = () => join(mkdtempSync(join(tmpdir(), 'itchat-')), 'journal')
const message = (id: string, chat: string, Content = `text of ${id}`) => ({
  id,
  chat,
  timeMs: 0,
  sent: { Content },
  by: '',
})

async function opened(path: string): Promise<FileJournal> {
  const journal = await FileJournal.open(new JournalFile(path))
  onTestFinished(() => journal.close())
  return journal
}

async function reopened(path: string): Promise<FileJournal> {
  const journal = await opened(path)
  await journal.begin(OWNER, same)
  return journal
}

/**
 * Writes a file with ids, the owner and messages of two conversations. Messages 2 and 4 are unhandled; one of them was
 * started.
 */
async function written(path: string): Promise<Buffer> {
  const first = await reopened(path)
  await first.add([message('1', 'a')], CURSOR)
  await first.done(1)
  const journal = await reopened(path)
  await journal.add([message('2', 'a'), message('3', 'b')], CURSOR)
  await journal.started(2)
  await journal.started(3)
  await journal.done(3)
  await journal.add([message('4', 'b', '勇敢的新世界 0badc0de {}')], CURSOR)
  return readFileSync(path)
}

/** Opens a file with these bytes. With `isBegun`, also starts a session and returns the ids handed out. */
async function inspect(path: string, bytes: Uint8Array, isBegun: boolean) {
  writeFileSync(path, bytes)
  const file = new JournalFile(path)
  const journal = await FileJournal.open(file)
  const { size } = journal
  const { damagedLines } = file
  const [isOwn, isOthers] = [isJournalOf(journal, '1'), isJournalOf(journal, '2')]
  if (isBegun && isOwn) await journal.begin(OWNER, same)
  const ids = isBegun && isOwn ? (await journal.take()).map(({ id }) => id).join() : undefined
  await journal.close()
  return { size, damagedLines, isOwn, isOthers, ids }
}

test('detects damage to any byte, loses at most the message that contains it, and hands out no message to another account', async () => {
  const path = newPath()
  const bytes = await written(path)
  expect(await inspect(path, bytes, true)).toEqual({
    size: 2,
    damagedLines: 0,
    isOwn: true,
    isOthers: false,
    ids: '2,4',
  })
  for (let at = 0; at < bytes.length; at++) {
    const isEnd = bytes[at] === LINE_END
    for (const value of isEnd ? Buffer.from(' a#') : [LINE_END, (bytes[at] ?? 0) ^ 1]) {
      const damaged = Buffer.from(bytes)
      damaged[at] = value
      const place = `byte ${at} is ${value}`
      const { size, damagedLines, isOwn, isOthers, ids } = await inspect(path, damaged, isEnd || at % 20 === 0)
      expect([isOwn, isOthers, damagedLines > 0], place).toEqual([true, false, true])
      // A message whose mark is damaged is delivered again.
      expect(size, place).toBeGreaterThanOrEqual(isEnd ? 2 : 1)
      if (ids !== undefined) expect(['2,4', '2', '4', '2,3,4'], place).toContain(ids)
    }
  }
})

test('keeps all records before the point of truncation, and hands out no message to another account', async () => {
  const path = newPath()
  const bytes = await written(path)
  for (let length = 0; length < bytes.length; length++) {
    const isLine = bytes[length] === LINE_END || bytes[length - 1] === LINE_END
    const { size, damagedLines, isOthers, ids } = await inspect(path, bytes.subarray(0, length), isLine)
    expect([damagedLines, isOthers], `${length} bytes`).toEqual([0, size === 0])
    if (ids !== undefined) expect(['', '2', '2,3', '2,4'], `${length} bytes`).toContain(ids)
  }
})

test.each([
  ['the first lines are missing', (lines: string[]) => lines.slice(2)],
  ['the first lines are zeros', (lines: string[]) => lines.map((line, n) => (n < 2 ? '\0'.repeat(line.length) : line))],
  [
    'the lines that contain the owner are truncated',
    (lines: string[]) => lines.map((line, n) => (n < 2 ? line.slice(20) : line)),
  ],
])('assigns the messages to no account when %s', async (_, damage) => {
  const path = newPath()
  const lines = damage((await written(path)).toString().trimEnd().split('\n'))
  const { size, isOwn, isOthers } = await inspect(path, Buffer.from(`${lines.join('\n')}\n`), false)
  expect([size, isOwn, isOthers]).toEqual([2, false, false])
})

test.each([
  ['the first line', (lines: string[]) => [`#${lines[0]}`, ...lines.slice(1)]],
  ['the second line', (lines: string[]) => [lines[0], `#${lines[1]}`, ...lines.slice(2)]],
  ['the end of the first line', (lines: string[]) => [`${lines[0]}#${lines[1]}`, ...lines.slice(2)]],
])('keeps the owner of the messages when %s is damaged', async (_, damage) => {
  const path = newPath()
  const lines = damage((await written(path)).toString().trimEnd().split('\n'))
  const { damagedLines, ids, isOthers } = await inspect(path, Buffer.from(`${lines.join('\n')}\n`), true)
  expect([damagedLines, ids, isOthers]).toEqual([1, '2,4', false])
})

test.each([
  ['another account', '2'],
  ['an account with an empty id', ''],
])('refuses to start a session for %s while it has messages, and stays unchanged', async (_, account) => {
  const path = newPath()
  await (await reopened(path)).add([message('1', 'a')], CURSOR)
  const journal = await opened(path)
  await expect(journal.begin({ ...OWNER, account }, same)).rejects.toMatchObject({ name: 'FileError', path })
  await journal.begin(OWNER, same)
  expect(await journal.take()).toMatchObject([{ id: '1' }])
})

test('reads a damaged file with a single long line only once', async () => {
  const path = newPath()
  writeFileSync(path, 'deadbeef '.repeat(100_000))
  const journal = await opened(path)
  expect([journal.size, journal.damage]).toEqual([0, undefined])
})
