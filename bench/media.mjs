// Measures how long it takes to upload and download a 300 MiB file, and how much the client's memory grows.
import { mkdtempSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ATTACHMENT, Itchat } from 'itchat'
import { measure, silent, startSandboxProcess } from './support.mjs'

const MIB = 1024 * 1024
const sizeMiB = Number(process.argv[2] ?? 300)
const folder = mkdtempSync(join(tmpdir(), 'itchat-bench-'))
const sandbox = await startSandboxProcess()
const bot = new Itchat({ baseUrl: sandbox.url, logger: silent, downloadDir: folder })
try {
  const path = join(folder, 'up.bin')
  const file = await open(path, 'w')
  for (let i = 0; i < sizeMiB; i++) await file.write(Buffer.alloc(MIB, i))
  await file.close()
  await bot.login()
  const to = bot.searchFriends({ nickName: '林小满' })[0].UserName
  await bot.sendFile(Buffer.from('warm up'), to)

  const up = await measure(() => bot.sendFile(path, to))
  console.log(`upload   ${sizeMiB} MiB  ${up.ms} ms  resident memory grew by ${up.grewMiB} MiB`)

  let resolveReceived
  const received = new Promise((resolve) => {
    resolveReceived = resolve
  })
  bot.msgRegister(ATTACHMENT, (msg) => resolveReceived(msg))
  void bot.run()
  await sandbox.call('sendFile', { sizeBytes: sizeMiB * MIB })
  const msg = await received
  const down = await measure(() => msg.download('down.bin'))
  console.log(`download ${sizeMiB} MiB  ${down.ms} ms  resident memory grew by ${down.grewMiB} MiB`)
} finally {
  await bot.close()
  sandbox.stop()
  rmSync(folder, { recursive: true, force: true })
}
