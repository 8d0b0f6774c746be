// This library, with the journal off or on.
import { join } from 'node:path'
import { Itchat, TEXT } from 'itchat'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const EVERY_KIND = { isFriendChat: true, isGroupChat: true, isMpChat: true }

export async function start({ url, journal, folder, types = [TEXT] }) {
  const bot = new Itchat({ baseUrl: url, logger: silent, downloadDir: folder })
  const handler = { run: undefined }
  return {
    bot,
    async login() {
      if (journal)
        await bot.autoLogin({ hotReload: true, statusStorageDir: join(folder, 'state.json'), enableCmdQR: false })
      else await bot.login()
      void bot.run()
    },
    onMessage(fn) {
      handler.run = fn
      bot.msgRegister(types, EVERY_KIND, (msg) =>
        handler.run({ text: msg.text, type: msg.type, chat: msg.FromUserName, msg }),
      )
    },
    onQr: (fn) => bot.on('qr', fn),
    send: (chat, text) => bot.send(text, chat),
    close: () => bot.close(),
  }
}
