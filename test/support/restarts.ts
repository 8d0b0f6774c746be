import { cpSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AutoLoginOptions, TEXT } from 'itchat'
import type { Sandbox } from 'itchat/sandbox'
import { onTestFinished } from 'vitest'
import { botFor } from './bot.js'
import { gate } from './gate.js'

export const folder = () => mkdtempSync(join(tmpdir(), 'itchat-'))

/**
 * Copies a folder as a kill at this moment would leave it, but without temporary files, which may disappear during the
 * copy.
 */
export function diskOf(directory: string): string {
  const copy = folder()
  cpSync(directory, copy, { recursive: true, filter: (path) => !/\.(?:tmp|new)$/.test(path) })
  return copy
}

/** Login options that store the account in a folder. */
export const hotReload = (directory: string): AutoLoginOptions => ({
  hotReload: true,
  statusStorageDir: join(directory, 'state.json'),
})

/** Sends a message and resolves when the client has received it. */
export async function sayAndDeliver(sandbox: Sandbox, say: () => unknown): Promise<void> {
  await sandbox.held('synccheck')
  const delivered = new Promise<void>((resolve) => sandbox.on('delivered', () => resolve()))
  say()
  await delivered
  await sandbox.held('synccheck')
}

/** Delivers a friend's text to `times` processes that die while handling it; resolves to the resulting folder. */
export async function interrupted(sandbox: Sandbox, friend: string, text: string, times: number): Promise<string> {
  const release = gate()
  /** Starts a bot whose handler hangs; resolves to a copy of the folder as a kill during the handler would leave it. */
  const interruptedRun = async (directory: string): Promise<string> => {
    const bot = botFor(sandbox)
    const began = gate()
    bot.msgRegister(TEXT, async (msg) => {
      if (msg.text !== text) return
      began.open()
      await release.opened
    })
    await bot.autoLogin(hotReload(directory))
    void bot.run()
    await began.opened
    const copy = diskOf(directory)
    // `close()` waits for handlers, so release them first.
    onTestFinished(() => release.open())
    return copy
  }
  const initial = folder()
  const first = botFor(sandbox)
  await first.autoLogin(hotReload(initial))
  await sayAndDeliver(sandbox, () => sandbox.friend(friend).say(text))
  await first.close()
  let directory = initial
  for (let n = 0; n < times; n++) directory = await interruptedRun(directory)
  return directory
}
