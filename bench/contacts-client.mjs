// One client, logged in to the sandbox whose address is given, in a process of its own.
import { silent } from './support.mjs'

const [, , client, url, friendCount, groupCount] = process.argv
const FRIENDS = Number(friendCount)
const GROUPS = Number(groupCount)
const ROUNDS = 20_000
/** wechat4u does not tell when it is done: when nothing came for this long. */
const QUIET_MS = 3_000

const heapBytes = () => {
  globalThis.gc()
  globalThis.gc()
  return process.memoryUsage().heapUsed
}

/** Microseconds of one call, after a warm-up; what finds nothing would be fast, too. */
function time(work, rounds = ROUNDS) {
  const isFound = (result) => (Array.isArray(result) ? result.length > 0 : result !== undefined)
  for (let n = 0; n < rounds / 10; n++) if (!isFound(work(n))) throw new Error(`found nothing: ${work}`)
  const startedAt = performance.now()
  for (let n = 0; n < rounds; n++) work(n)
  return ((performance.now() - startedAt) * 1_000) / rounds
}

async function itchat() {
  const { Itchat } = await import('itchat')
  const bot = new Itchat({ baseUrl: url, logger: silent })
  const before = heapBytes()
  const startedAt = performance.now()
  await bot.login()
  const ms = Math.round(performance.now() - startedAt)
  const bytes = heapBytes() - before
  const [friends, rooms] = [await bot.getFriends(), await bot.getChatrooms()]
  const [one, room] = [(n) => n % FRIENDS, (n) => n % GROUPS]
  return {
    ms,
    bytes,
    contacts: friends.length + rooms.length,
    members: rooms.reduce((sum, { memberList }) => sum + memberList.length, 0),
    searches: {
      'friend by userName': time((n) => bot.searchFriends({ userName: friends[one(n)].UserName })),
      'friend by name': time((n) => bot.searchFriends({ name: `备注${one(n)}` })),
      'friend by remarkName': time((n) => bot.searchFriends({ remarkName: `备注${one(n)}` })),
      'friend by nickName': time((n) => bot.searchFriends({ nickName: `朋友${one(n)}` })),
      'friend by wechatAccount': time((n) => bot.searchFriends({ wechatAccount: `alias_${one(n)}` })),
      'friend by nickName and wechatAccount': time((n) =>
        bot.searchFriends({ nickName: `朋友${one(n)}`, wechatAccount: `alias_${one(n)}` }),
      ),
      'group by userName': time((n) => bot.searchChatrooms({ userName: rooms[room(n)].UserName })),
      'group by a part of its name (no index)': time((n) => bot.searchChatrooms({ name: `聊${room(n)}` })),
      'contact book by pinyin (no index)': time((n) => bot.searchContacts(`pengyou${one(n)}`), 20),
    },
  }
}

async function wechat4u() {
  const { default: Wechat } = await import('wechat4u')
  const bot = new Wechat()
  // It knows no other servers than the real ones, so every address is led here.
  const direct = bot.request
  bot.request = (options) => {
    const { pathname, search } = new URL(options.url)
    return direct({ ...options, url: url + pathname + search })
  }
  bot.on('error', () => {})
  const before = heapBytes()
  const startedAt = performance.now()
  let told = startedAt
  bot.on('contacts-updated', () => {
    told = performance.now()
  })
  bot.start()
  await new Promise((resolve) => {
    const watch = setInterval(() => {
      if (performance.now() - told < QUIET_MS || Object.keys(bot.contacts).length < FRIENDS + GROUPS) return
      clearInterval(watch)
      resolve()
    }, 100)
  })
  const bytes = heapBytes() - before
  const all = Object.values(bot.contacts)
  const rooms = all.filter((contact) => contact.UserName.startsWith('@@'))
  return {
    ms: Math.round(told - startedAt),
    bytes,
    contacts: all.length,
    members: rooms.reduce((sum, room) => sum + room.MemberList.length, 0),
    searches: {
      // Programs look through everybody; here half of them on average.
      'friend by remark (no index)': time(
        (n) => all.find(({ RemarkName }) => RemarkName === `备注${(n * 7) % FRIENDS}`),
        500,
      ),
    },
  }
}

process.send(await { itchat, wechat4u }[client]())
