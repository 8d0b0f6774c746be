/** Looks after one group: welcomes new members, sends the rules, invites friends, and removes members who advertise. */
import itchat, { type Chatroom, type Itchat, NOTE, ServerError, TEXT } from 'itchat'

const GROUP = 'Book club'
const RULES = 'Rules: be kind, stay on the topic, do not advertise.'
/** A link together with an offer. Members are warned first, because such patterns also match innocent messages. */
const ADVERTISEMENT = /https?:\/\/.*(discount|cheap|promo|优惠|代购)|(discount|cheap|promo|优惠|代购).*https?:\/\//is

export function register(bot: Itchat): void {
  /** Members who have been warned, by UserName. */
  const warned = new Set<string>()

  bot.msgRegister(NOTE, { isGroupChat: true }, (msg) => {
    if (msg.user.NickName !== GROUP || msg.note.kind !== 'memberJoined') return
    const names = msg.note.members.filter((name) => name !== '')
    if (names.length > 0) return `Welcome, ${names.join(', ')}! Write "rules" to read the rules.`
  })

  bot.msgRegister(TEXT, { isGroupChat: true }, async (msg) => {
    const room = msg.user
    if (room.kind !== 'chatroom' || room.NickName !== GROUP) return
    if (msg.text.trim().toLowerCase() === 'rules') return RULES
    // Only the owner of a group can remove members.
    if (!room.isOwner || !ADVERTISEMENT.test(msg.text)) return
    const member = room.member(msg.actualUserName ?? '')
    if (!member || member.UserName === room.self.UserName) return
    if (!warned.delete(member.UserName)) {
      warned.add(member.UserName)
      return `@${msg.actualNickName}\u2005Please do not advertise here. Next time, you will be removed.`
    }
    await member.deleteMember()
  })

  bot.msgRegister(TEXT, async (msg) => {
    if (msg.isSelf || msg.text.trim().toLowerCase() !== 'join') return
    const room = onlyGroup(bot)
    if (!room) return 'Sorry, I cannot find the group.'
    if (room.member(msg.user.UserName)) return 'You are a member already.'
    try {
      await bot.addMemberIntoChatroom(room, msg.user)
    } catch (error) {
      if (!(error instanceof ServerError)) throw error
      return 'Sorry, WeChat does not let me invite you now.'
    }
  })
}

/** The group, unless several have its name: any member can rename a group, and invite this account to one. */
function onlyGroup(bot: Itchat): Chatroom | undefined {
  const rooms = bot.searchChatrooms({ name: GROUP }).filter(({ NickName }) => NickName === GROUP)
  return rooms.length === 1 ? rooms[0] : undefined
}

register(itchat)
await itchat.autoLogin({ hotReload: true })
process.once('SIGINT', () => itchat.close())
await itchat.run()
