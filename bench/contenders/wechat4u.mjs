// wechat4u, from npm. It knows only the real servers, so every address is led to the one given.
import Wechat from 'wechat4u'

/** It does not report when its contacts are loaded: when there are enough, and none came for this long. */
const QUIET_MS = 1_500

export async function start({ url }) {
  const bot = new Wechat()
  const direct = bot.request
  bot.request = (options) => {
    const { pathname, search } = new URL(options.url)
    return direct({ ...options, url: url + pathname + search })
  }
  bot.on('error', () => {})
  let loadedAt = 0
  bot.on('contacts-updated', () => {
    loadedAt = performance.now()
  })
  return {
    bot,
    /** @returns when the last contact came: `performance.now()` */
    async login({ contacts }) {
      bot.start()
      while (Object.keys(bot.contacts).length < contacts || performance.now() - loadedAt < QUIET_MS) {
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      return loadedAt
    },
    onMessage(fn) {
      bot.on('message', (msg) =>
        fn({ text: msg.OriginalContent ?? msg.Content, type: msg.MsgType, chat: msg.FromUserName }),
      )
    },
    onQr: (fn) => bot.on('uuid', fn),
    send: (chat, text) => bot.sendMsg(text, chat),
    async close() {
      bot.stop()
    },
  }
}
