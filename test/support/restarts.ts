import { cpSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AutoLoginOptions, TEXT } from 'itchat'
import type { Sandbox } from 'itchat/sandbox'
import { onTestFinished } from 'vitest'
import { botFor } from './bot.js'
import { gate } from './gate.js'

export const folder = () => mkdtempSync(join(tmpdir(), 'itchat-'))

/** A copy of a folder as a kill at this moment would leave it. Files that are being written may be gone a moment later. */
export function diskOf(place: string): string {
  const copy = folder()
  cpSync(place, copy, { recursive: true, filter: (path) => !/\.(?:tmp|new)$/.test(path) })
  return copy
}

/** Keeps an account in a folder. */
export const hotReload = (place: string): AutoLoginOptions => ({
  hotReload: true,
  statusStorageDir: join(place, 'state.json'),
})

/** Says something and resolves when the program has taken it. */
export async function saidAndTaken(sandbox: Sandbox, say: () => unknown): Promise<void> {
  await sandbox.held('synccheck')
  const delivered = new Promise<void>((resolve) => sandbox.on('delivered', () => resolve()))
  say()
  await delivered
  await sandbox.held('synccheck')
}

/** A friend says a text, and programs die while it is handled, `times` of them; resolves to the folder they leave. */
export async function interrupted(sandbox: Sandbox, friend: string, text: string, times: number): Promise<string> {
  const release = gate()
  /** Starts a bot whose handler hangs; resolves to the disk as it was while it ran, as a kill would leave it. */
  const interruptedRun = async (place: string): Promise<string> => {
    const bot = botFor(sandbox)
    const began = gate()
    bot.msgRegister(TEXT, async (msg) => {
      if (msg.text !== text) return
      began.open()
      await release.opened
    })
    await bot.autoLogin(hotReload(place))
    void bot.run()
    await began.opened
    const copy = diskOf(place)
    // Closing waits for handlers, so it has to come after.
    onTestFinished(() => release.open())
    return copy
  }
  const born = folder()
  const first = botFor(sandbox)
  await first.autoLogin(hotReload(born))
  await saidAndTaken(sandbox, () => sandbox.friend(friend).say(text))
  await first.close()
  let place = born
  for (let n = 0; n < times; n++) place = await interruptedRun(place)
  return place
}
