// This library over iLink.
import { join } from 'node:path'
import { Itchat } from 'itchat'
import { ilink } from 'itchat/ilink'

const silent = { debug() {}, info() {}, warn() {}, error() {} }

export async function start({ url, journal, folder }) {
  const transport = ilink({ baseUrl: url, window: { sends: 1_000_000 } })
  const bot = new Itchat({ transport, logger: silent, downloadDir: folder })
  return {
    async login() {
      const file = { hotReload: true, statusStorageDir: join(folder, 'state.json') }
      await bot.autoLogin({ qrCallback() {}, ...(journal ? file : {}) })
      void bot.run()
    },
    onMessage: (types, fn) => bot.msgRegister(types, (msg) => fn(msg)),
    reply: (msg, text) => msg.reply(text),
    download: (msg, path) => msg.download(path),
    upload: (path) => bot.sendFile(path),
    close: () => bot.close(),
  }
}
