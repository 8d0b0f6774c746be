/**
 * Code that must compile, and code that must not. It is type-checked but never run; an unused `@ts-expect-error` is an
 * error.
 */
import itchat, {
  type Chatroom,
  type ChatroomMember,
  type Contact,
  type Handler,
  Itchat,
  type MassivePlatform,
  type Message,
  type MessageOf,
  type Middleware,
  NOTE,
  PICTURE,
  type Reply,
  SHARING,
  SYSTEM,
  TEXT,
  type User,
} from 'itchat'
import { callJson, type Web } from '../../src/transports/web/api/call.js'

/** True when the two types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <A, B>(_: Same<A, B>) => {}

/** `type` discriminates messages. */
export function narrowing(msg: Message) {
  switch (msg.type) {
    case 'Text':
      same<typeof msg.text, string>(true)
      same<typeof msg.Text, string>(true)
      return msg.text.toUpperCase()
    case 'Picture':
    case 'Video':
    case 'Recording':
    case 'Attachment':
      // This is the download function itself, called as msg.text(msg.fileName) in the tutorials.
      msg.text(msg.fileName).then(({ path, sizeBytes }) => `${path} ${sizeBytes.toFixed()}`)
      msg.text().then((bytes) => bytes.byteLength)
      // @ts-expect-error it is a function, not a string
      return msg.text.toUpperCase()
    case 'Friends':
      same<typeof msg.text.verifyContent, string>(true)
      same<typeof msg.request.ticket, string>(true)
      same<typeof msg.user, User>(true)
      return msg.request.content
    case 'Note':
      if (msg.note.kind === 'recall') return msg.note.recalledMsgId
      // @ts-expect-error only a recall has this field
      return msg.note.recalledMsgId
    case 'Map':
      same<typeof msg.location.label, string>(true)
      // @ts-expect-error the coordinates of a location may be missing
      msg.location.latitude.toFixed()
      return msg.location.latitude?.toFixed()
    case 'Sharing':
      if (msg.sharing.kind === 'link') return msg.sharing.articles.length.toFixed()
      return msg.sharing.url
    case 'System':
      same<typeof msg.text, string[]>(true)
      return msg.systemInfo
    case 'Card':
    case 'Unknown':
      return msg.type
    default:
      // Every type has a case.
      same<typeof msg, never>(true)
      return msg
  }
}

/** Both spellings exist; a typo is an error. */
export function spellings(msg: Message) {
  same<typeof msg.fromUserName, string>(true)
  same<typeof msg.FromUserName, string>(true)
  same<(typeof msg)['FromUserName'], string>(true)
  same<typeof msg.newMsgId, string>(true)
  same<typeof msg.isSelf, boolean>(true)
  same<typeof msg.isAt, boolean | undefined>(true)
  same<typeof msg.user, Contact>(true)
  // @ts-expect-error the name is fromUserName
  msg.fromUsername
  // @ts-expect-error the name is FromUserName
  msg.FromUsername
  // @ts-expect-error undocumented keys exist only in raw
  msg.Anything
  // @ts-expect-error the type of a message cannot be changed
  msg.type = 'Text'
  // Other members can be assigned.
  msg.content = 'changed'
  return [msg.raw.Anything, msg.raw.FromUserName.length]
}

/** The payload for the type of a message is always present; payloads for other types do not exist. */
export function payloads(msg: MessageOf['Note'] | MessageOf['Card'], any: Message) {
  if (msg.type === 'Card') return msg.card.nickName
  // @ts-expect-error only Sharing messages have this payload
  msg.sharing.title
  // @ts-expect-error the payload depends on the type
  any.note.text
  return msg.note.text
}

/** Results are exact: a misspelled field does not compile. */
export async function results(user: User, room: Chatroom) {
  const sent = await itchat.send('x')
  same<keyof typeof sent, 'ok' | 'MsgID' | 'LocalID' | 'parts' | 'unconfirmed' | 'queued'>(true)
  // @ts-expect-error the name is MsgID
  sent.MsgId
  const done = await itchat.setAlias(user, 'x')
  same<keyof typeof done, 'ok'>(true)
  // @ts-expect-error extra keys from the server are not in the type
  done.BaseResponse
  const members = await room.addMember(user)
  same<keyof typeof members, 'ok' | 'MemberList'>(true)
  const created = await itchat.createChatroom([user], 'x')
  same<keyof typeof created, 'ok' | 'MemberList' | 'ChatRoomName' | 'Topic'>(true)
  // @ts-expect-error the name is ChatRoomName
  created.ChatroomName
  const uploaded = await itchat.uploadFile('x')
  same<keyof typeof uploaded, 'ok' | 'MediaId' | 'name' | 'sizeBytes'>(true)
  const recalled = await itchat.revoke(sent.MsgID, 'filehelper')
  same<keyof typeof recalled, 'ok'>(true)
  // This is the server's reply verbatim, so any key may be present.
  const start = await itchat.webInit()
  same<typeof start, Record<string, unknown>>(true)
  return [sent, done, members, created, uploaded, start]
}

/** Contacts have only the methods that their kind supports. */
export function kinds(user: User, mp: MassivePlatform, room: Chatroom, member: ChatroomMember, contact: Contact) {
  // @ts-expect-error a user has no members
  user.addMember(member)
  // @ts-expect-error an official account has no remark
  mp.setAlias('x')
  // @ts-expect-error an official account cannot be updated individually
  mp.update()
  // @ts-expect-error a group cannot send friend requests
  room.verify()
  // @ts-expect-error a member has no conversation
  member.send('x')
  // @ts-expect-error not every kind of contact can be pinned
  contact.setPinned()
  if (contact.kind !== 'massivePlatform') contact.setPinned()
  return member.deleteMember({ signal: AbortSignal.timeout(1) })
}

/** Contacts are read-only. */
export function contacts(user: User, room: Chatroom, mp: MassivePlatform) {
  same<typeof user.nickName, string>(true)
  same<typeof user.NickName, string>(true)
  same<typeof user.uin, string | undefined>(true)
  same<typeof mp.kind, 'massivePlatform'>(true)
  // @ts-expect-error the server sets the name
  user.NickName = 'x'
  // @ts-expect-error the same applies to this spelling
  user.nickName = 'x'
  // @ts-expect-error friends have no members
  user.memberList
  // @ts-expect-error a group is not a friend
  const friend: User = room
  return [friend, room.memberList[0]?.displayName]
}

/** Handlers receive messages of the types they are registered for. */
export function handlers() {
  itchat.msgRegister(TEXT, (msg) => {
    same<typeof msg.type, 'Text'>(true)
    return msg.text.trim()
  })
  itchat.msgRegister([PICTURE, TEXT], (msg) => {
    same<typeof msg.type, 'Picture' | 'Text'>(true)
    // @ts-expect-error the text of a picture is the download function
    msg.text.trim()
    if (msg.type === 'Text') return msg.text.trim()
    return msg.download(msg.fileName).then(({ path }) => path)
  })
  itchat.msgRegister(NOTE, { isGroupChat: true }, (msg) => msg.note.text)
  itchat.msgRegister(SHARING, { isMpChat: true, isSelf: true }, (msg) => msg.sharing.title)
  itchat.msgRegister(SYSTEM, (msg) => msg.text.join())
  itchat.msgRegister((msg) => (msg.type === 'Text' ? msg.text : undefined))
  const decorated = itchat.msgRegister(TEXT)((msg) => msg.text)
  same<ReturnType<typeof decorated>, string>(true)
  // @ts-expect-error there is no such type
  itchat.msgRegister('Txt', () => {})
  // @ts-expect-error there is no such option
  itchat.msgRegister(TEXT, { isGroup: true }, () => {})
}

/** Middleware receives messages of any type, and any reply from a handler. */
export function middleware() {
  const log: Middleware = async (msg, next) => {
    same<typeof msg, Message>(true)
    const reply = await next()
    same<typeof reply, Reply>(true)
    return reply
  }
  same<ReturnType<typeof remove>, void>(true)
  const remove = itchat.use(log)
  itchat.use((msg, next) => (msg.isSelf ? null : next()))
  itchat.use(() => {})
  // @ts-expect-error a number is not a reply
  itchat.use(() => 42)
  const handler = itchat.msgRegister(TEXT, (msg) => msg.text)
  same<ReturnType<typeof unregister>, boolean>(true)
  const unregister = () => itchat.msgUnregister(handler)
  return [remove, unregister]
}

/** Values that a handler may return. */
export function replies() {
  const handler: Handler<'Text'> = () => {}
  itchat.msgRegister(TEXT, handler)
  itchat.msgRegister(TEXT, (msg) => msg.reply('sent already'))
  itchat.msgRegister(TEXT, async (msg) => msg.reply('sent already'))
  itchat.msgRegister(TEXT, (msg) => itchat.send(msg.text, 'filehelper'))
  itchat.msgRegister(TEXT, () => itchat.file('cat.png', { as: 'image' }))
  itchat.msgRegister(TEXT, () => null)
  itchat.msgRegister(TEXT, async () => undefined)
  itchat.msgRegister(TEXT, (msg) => (msg.text === 'x' ? 'text' : undefined))
  // @ts-expect-error a number is not a reply
  itchat.msgRegister(TEXT, () => 42)
  // @ts-expect-error nor is a promise of a number
  itchat.msgRegister(TEXT, async () => 42)
  // @ts-expect-error a message is not a reply; use forward()
  itchat.msgRegister(TEXT, (msg) => msg)
}

/**
 * A search by UserName returns one contact, and any other search returns a list. A call without a query returns this
 * account.
 */
export function searches() {
  same<ReturnType<typeof self>, User>(true)
  const self = () => itchat.searchFriends()
  const one = itchat.searchFriends({ userName: '@x' })
  same<typeof one, User | undefined>(true)
  const list = itchat.searchFriends({ name: 'x', remarkName: undefined })
  same<typeof list, User[]>(true)
  const room = itchat.searchChatrooms({ userName: '@@x' })
  same<typeof room, Chatroom | undefined>(true)
  const rooms = itchat.searchChatrooms({ name: 'x' })
  same<typeof rooms, Chatroom[]>(true)
  const mps = itchat.searchMps({ name: 'x' })
  same<typeof mps, MassivePlatform[]>(true)
  // @ts-expect-error there is no such criterion
  itchat.searchFriends({ nickname: 'x' })
  // @ts-expect-error a group has no remark to search by
  itchat.searchChatrooms({ remarkName: 'x' })
  // @ts-expect-error the contact may be missing
  itchat.searchFriends({ userName: '@x' }).NickName
  return [self, one, list, room, rooms, mps]
}

/** The result of a download depends on whether a path is passed. */
export async function downloads(msg: Message) {
  same<Awaited<ReturnType<typeof bytes>>, Uint8Array>(true)
  const bytes = () => msg.download()
  const thumbnail = await msg.download(undefined, { thumbnail: true })
  same<typeof thumbnail, Uint8Array>(true)
  const { path, verified } = await msg.download('name.jpg')
  same<typeof path, string>(true)
  same<typeof verified, boolean | undefined>(true)
  return bytes
}

/** Ways to log in and to run a bot. */
export async function lifecycle() {
  const bot = new Itchat({ baseUrl: 'http://127.0.0.1:8078' })
  await bot.autoLogin(true)
  await bot.autoLogin({
    hotReload: true,
    enableCmdQR: 2,
    qrCallback: ({ uuid, status, qrcode }) => [uuid, status, qrcode],
  })
  await bot.run({ signal: AbortSignal.timeout(1) })
  bot.on('error', ({ error, message }) => [error, message?.type])
  bot.on('logout', ({ reason }) => same<typeof reason, 'self' | 'phone' | 'elsewhere' | 'expired'>(true))
  // @ts-expect-error there is no such event
  bot.on('message', () => {})
  // @ts-expect-error there is no such option
  await bot.autoLogin({ hotreload: true })
  // @ts-expect-error hotReload belongs to autoLogin
  await bot.login({ hotReload: true })
  // @ts-expect-error the state is read-only
  bot.state = 'online'
}

/** Every send by the program emits an event. */
export function sends(bot: Itchat) {
  bot.on('sent', ({ outcome, content, user }) => {
    same<typeof outcome, 'sent' | 'unconfirmed' | 'queued' | 'refused' | 'unknown' | 'failed'>(true)
    if (content.kind === 'text') return content.text.trim()
    // @ts-expect-error the content of a file does not include its bytes
    content.source
    return typeof user === 'string' ? user : user.nickName
  })
}

/** Each endpoint accepts only its own body; replies are unchecked. */
export async function endpoints(web: Web) {
  const Msg = { Type: 1, FromUserName: '@a', ToUserName: '@b', LocalID: '1', ClientMsgId: '1' }
  const reply = await callJson(web, 'webwxsendmsg', { body: { Msg, Scene: 0 } })
  same<typeof reply.MsgID, unknown>(true)
  // @ts-expect-error the reply has no such key
  reply.MsgId
  // @ts-expect-error the recipient is missing
  await callJson(web, 'webwxsendmsg', { body: { Msg: { ...Msg, ToUserName: undefined }, Scene: 0 } })
  // @ts-expect-error this body belongs to another endpoint
  await callJson(web, 'webwxsendmsg', { body: { Count: 0, List: [] } })
  // @ts-expect-error the body is missing
  await callJson(web, 'webwxsendmsg', {})
  // @ts-expect-error webwxinit accepts only BaseRequest, which is added automatically
  await callJson(web, 'webwxinit', { body: { Msg } })
  // @ts-expect-error synccheck is not a JSON endpoint
  await callJson(web, 'synccheck', {})
}
