// One client in its own process, logged in to the sandbox at the given URL.
import { silent } from './support.mjs'

const [, , client, url, friendCount, groupCount] = process.argv
const FRIENDS = Number(friendCount)
const GROUPS = Number(groupCount)
const ROUNDS = 20_000
/** wechat4u does not signal when it has finished loading: it counts as done after this long without an update. */
const QUIET_MS = 3_000

const heapBytes = () => {
  globalThis.gc()
  globalThis.gc()
  return process.memoryUsage().heapUsed
}

/** Returns microseconds per call, measured after a warm-up. Throws if a search finds nothing, as that would be faster. */
function time(work, rounds = ROUNDS) {
  const isFound = (result) => (Array.isArray(result) ? result.length > 0 : result !== undefined)
  for (let n = 0; n < rounds / 10; n++) if (!isFound(work(n))) throw new Error(`The search found nothing: ${work}`)
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
  const [friendAt, roomAt] = [(n) => n % FRIENDS, (n) => n % GROUPS]
  return {
    ms,
    bytes,
    contacts: friends.length + rooms.length,
    members: rooms.reduce((sum, { memberList }) => sum + memberList.length, 0),
    searches: {
      'friend by userName': time((n) => bot.searchFriends({ userName: friends[friendAt(n)].UserName })),
      'friend by name': time((n) => bot.searchFriends({ name: `备注${friendAt(n)}` })),
      'friend by remarkName': time((n) => bot.searchFriends({ remarkName: `备注${friendAt(n)}` })),
      'friend by nickName': time((n) => bot.searchFriends({ nickName: `朋友${friendAt(n)}` })),
      'friend by wechatAccount': time((n) => bot.searchFriends({ wechatAccount: `alias_${friendAt(n)}` })),
      'friend by nickName and wechatAccount': time((n) =>
        bot.searchFriends({ nickName: `朋友${friendAt(n)}`, wechatAccount: `alias_${friendAt(n)}` }),
      ),
      'group by userName': time((n) => bot.searchChatrooms({ userName: rooms[roomAt(n)].UserName })),
      'group by part of its name (no index)': time((n) => bot.searchChatrooms({ name: `聊${roomAt(n)}` })),
      'contact book by pinyin (no index)': time((n) => bot.searchContacts(`pengyou${friendAt(n)}`), 20),
    },
  }
}

async function wechat4u() {
  const { default: Wechat } = await import('wechat4u')
  const bot = new Wechat()
  // The server addresses are hard-coded in wechat4u, so every request is redirected to the sandbox.
  const direct = bot.request
  bot.request = (options) => {
    const { pathname, search } = new URL(options.url)
    return direct({ ...options, url: url + pathname + search })
  }
  bot.on('error', () => {})
  const before = heapBytes()
  const startedAt = performance.now()
  let lastUpdateAt = startedAt
  bot.on('contacts-updated', () => {
    lastUpdateAt = performance.now()
  })
  bot.start()
  await new Promise((resolve) => {
    const watch = setInterval(() => {
      if (performance.now() - lastUpdateAt < QUIET_MS || Object.keys(bot.contacts).length < FRIENDS + GROUPS) return
      clearInterval(watch)
      resolve()
    }, 100)
  })
  const bytes = heapBytes() - before
  const all = Object.values(bot.contacts)
  const rooms = all.filter((contact) => contact.UserName.startsWith('@@'))
  return {
    ms: Math.round(lastUpdateAt - startedAt),
    bytes,
    contacts: all.length,
    members: rooms.reduce((sum, room) => sum + room.MemberList.length, 0),
    searches: {
      // A wechat4u program has to scan the contact list; in this benchmark, half of it on average.
      'friend by remark (no index)': time(
        (n) => all.find(({ RemarkName }) => RemarkName === `备注${(n * 7) % FRIENDS}`),
        500,
      ),
    },
  }
}

process.send(await { itchat, wechat4u }[client]())
