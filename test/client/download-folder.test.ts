import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FileError, PICTURE } from 'itchat'
import { expect, test } from 'vitest'
import { botFor, sandboxFor } from '../support/bot.js'
import { failureOf } from '../support/gate.js'

/** What a download to a folder resolves to, or rejects with. */
async function downloaded(downloadDir: string): Promise<unknown> {
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox, { downloadDir })
  const outcome = new Promise<unknown>((resolve) => {
    bot.msgRegister(PICTURE, async (msg) => {
      const download = msg.download('x.jpg')
      resolve((await failureOf(download)) ?? (await download).path)
    })
  })
  await bot.login()
  void bot.run()
  sandbox.friend('小满').send({ kind: 'image' })
  return outcome
}

test('a download folder that is missing is made', async () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'media', 'of today')
  expect(await downloaded(folder)).toBe(join(folder, 'x.jpg'))
  expect(existsSync(join(folder, 'x.jpg'))).toBe(true)
})

test('a download folder that is a file is an error that says what to do, without the words of the system', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'media')
  writeFileSync(file, '')
  const failure = await downloaded(file)
  expect(failure).toBeInstanceOf(FileError)
  expect((failure as FileError).message).toBe(
    'download: "x.jpg" could not be written (EEXIST). A file has the name of a folder of the path: choose another path.',
  )
})
