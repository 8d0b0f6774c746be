import { type Itchat, TEXT } from 'itchat'

/** Registers what the bot does. The program and its test both call this function. */
export function register(bot: Itchat): void {
  // A friend writes: the returned text is the reply.
  bot.msgRegister(TEXT, (msg) => {
    if (msg.text.toLowerCase() === 'ping') return 'pong'
    return `I received: ${msg.text}`
  })

  // Somebody mentions this account in a group. Other messages get no reply.
  bot.msgRegister(TEXT, { isGroupChat: true }, (msg) => {
    if (msg.isAt) return `@${msg.actualNickName}\u2005I received: ${msg.text}`
  })
}
