/** Id of the ClawBot chat and of the bot in it. Only iLink programs see this chat. */
export const CLAWBOT = 'clawbot'
