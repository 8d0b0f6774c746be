import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FileError, PICTURE } from 'itchat'
import { expect, test } from 'vitest'
import { botFor, sandboxFor } from '../support/bot.js'
import { failureOf } from '../support/gate.js'

/** Resolves to the path of a file downloaded to `downloadDir`, or to the error that the download rejects with. */
async function downloadOutcome(downloadDir: string): Promise<unknown> {
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

test('a download creates a missing download folder', async () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'media', 'today')
  expect(await downloadOutcome(folder)).toBe(join(folder, 'x.jpg'))
  expect(existsSync(join(folder, 'x.jpg'))).toBe(true)
})

test('a download whose folder is a file rejects with advice instead of the system message', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'media')
  writeFileSync(file, '')
  const failure = await downloadOutcome(file)
  expect(failure).toBeInstanceOf(FileError)
  expect((failure as FileError).message).toBe(
    'download: "x.jpg" could not be written (EEXIST). A folder in the path is a file: choose another path.',
  )
})

test.each(['bytes', 'a file'])(
  'an abort during the last chunk of a download of %s rejects, and leaves no file',
  async (to) => {
    const downloadDir = mkdtempSync(join(tmpdir(), 'itchat-'))
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox, { downloadDir })
    const controller = new AbortController()
    const reason = new Error('too large')
    const options = {
      signal: controller.signal,
      onProgress: ({ receivedBytes = 0, totalBytes = 0 }) => {
        if (receivedBytes === totalBytes) controller.abort(reason)
      },
    }
    const failure = new Promise<unknown>((resolve) => {
      bot.msgRegister(PICTURE, async (msg) => {
        resolve(await failureOf(to === 'bytes' ? msg.download(undefined, options) : msg.download('x.jpg', options)))
      })
    })
    await bot.login()
    void bot.run()
    sandbox.friend('小满').send({ kind: 'image' })
    expect(await failure).toBe(reason)
    expect(readdirSync(downloadDir)).toEqual([])
  },
)
