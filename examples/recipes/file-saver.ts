/** Saves every received file in a folder for each day: `received/2026-01-31/report.pdf`. */
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import itchat, { ATTACHMENT, type Itchat, PICTURE, RECORDING, VIDEO } from 'itchat'

const FOLDER = 'received'
const MAX_FILE_BYTES = 200 * 1024 * 1024
/** Other people decide how much they send: this much of the disk stays free. */
const MIN_FREE_BYTES = 1024 * 1024 * 1024

interface Options {
  clock?: { now(): number }
  maxFileBytes?: number
}

export function register(bot: Itchat, { clock = Date, maxFileBytes = MAX_FILE_BYTES }: Options = {}): void {
  const everywhere = { isFriendChat: true, isGroupChat: true }
  bot.msgRegister([ATTACHMENT, PICTURE, RECORDING, VIDEO], everywhere, async (msg) => {
    const { bavail, bsize } = await statfs('.')
    if (bavail * bsize < MIN_FREE_BYTES + maxFileBytes)
      throw new Error('The disk is almost full: the file is not saved.')
    const day = new Date(clock.now()).toLocaleDateString('sv-SE')
    const stop = new AbortController()
    const { path, sizeBytes } = await msg.download(join(FOLDER, day, msg.fileName), {
      signal: stop.signal,
      // The declared size may be wrong.
      onProgress: ({ receivedBytes }) => {
        if (receivedBytes > maxFileBytes) stop.abort(new Error(`The file is larger than ${maxFileBytes} bytes.`))
      },
    })
    console.log(`${sizeBytes} bytes from ${JSON.stringify(msg.user.RemarkName || msg.user.NickName)}: ${path}`)
  })
}

register(itchat)
await itchat.autoLogin({ hotReload: true })
process.once('SIGINT', () => itchat.close())
await itchat.run()
