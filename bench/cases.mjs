// What is measured, in the process of the client. Each case returns its figures by name.
import { readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { ILINK_CASES } from './ilink-cases.mjs'
import { MIB, measure, memory, watched } from './measure.mjs'
import { PAGE_CASES } from './page-cases.mjs'

const ROUNDS_TO_WARM_UP = 3_000
const PAGE = 20

/** The samples said before a burst: it is made of them. */
const SAMPLES = {
  friends: Array.from({ length: 50 }, (_, n) => ({
    from: `friend ${n}`,
    text: `#hello, how are you today? 今天天气怎么样`,
  })),
  room: Array.from({ length: 50 }, (_, n) => ({
    from: `friend ${n}`,
    room: 'room 0',
    text: `#@bench\u2005hello, how are you today? 今天天气怎么样`,
  })),
  mixed: [
    ...Array.from({ length: 14 }, (_, n) => ({ from: `friend ${n}`, text: '#hello, how are you today?' })),
    { from: 'friend 1', kind: 'image' },
    { from: 'friend 2', kind: 'image' },
    { from: 'friend 3', kind: 'voice' },
    { from: 'friend 4', kind: 'link' },
    { from: 'friend 5', kind: 'sticker' },
    { from: 'friend 6', kind: 'file' },
  ],
}

/** Counts handled messages. */
class Handled {
  #count = 0
  #target = Number.POSITIVE_INFINITY
  #reached = () => {}

  add() {
    if (++this.#count === this.#target) this.#reached()
  }

  /** Resolves after `number` more messages. */
  next(number) {
    return new Promise((resolve) => {
      this.#count = 0
      this.#target = number
      this.#reached = resolve
    })
  }
}

/** Delivers a backlog of `count` messages, made from samples that were said before. */
async function deliver({ ask }, handled, count, { pageSize = PAGE, senders } = {}) {
  await ask('load', { count, pageSize, senders })
  await ask('held')
  const done = handled.next(count)
  return measure(async () => {
    void ask('go', { from: 'friend 0' })
    await done
  })
}

async function prime({ ask }, handled, say) {
  const primed = handled.next(say.length)
  await ask('prime', { say })
  await primed
}

/** A backlog of `count` messages, until the last handler ran. */
function burst(kind, count, friends, rooms) {
  return async (context) => {
    const { start, url, journal, folder } = context
    const { TEXT, PICTURE, RECORDING, ATTACHMENT, VIDEO, SHARING } = await import('itchat')
    const bot = await start({ url, journal, folder, types: [TEXT, PICTURE, RECORDING, ATTACHMENT, VIDEO, SHARING] })
    const handled = new Handled()
    bot.onMessage(() => handled.add())
    await bot.login({ contacts: friends + rooms })
    await prime(context, handled, SAMPLES[kind])
    await deliver(context, handled, ROUNDS_TO_WARM_UP)
    const { ms, cpuMs } = await deliver(context, handled, count)
    await bot.close()
    return { 'msg/s': (count / ms) * 1_000, 'µs CPU a message': (cpuMs / count) * 1_000, load: cpuMs / ms }
  }
}

/** Echoes in sequence: from the message said to the reply that arrived on the phone. */
const ECHOES = 1_000

async function echo({ start, url, journal, folder, ask }) {
  const bot = await start({ url, journal, folder })
  // A failed send ends in a timeout of the case.
  bot.onMessage(({ chat, text }) => void bot.send(chat, `you said ${text}`).catch(() => {}))
  await bot.login({ contacts: 21 })
  const one = () => ask('echo', { from: 'friend 0' })
  for (let n = 0; n < 100; n++) await one()
  const times = []
  for (let n = 0; n < ECHOES; n++) times.push(await one())
  await bot.close()
  times.sort((a, b) => a - b)
  return { 'p50 ms': times[ECHOES * 0.5], 'p99 ms': times[ECHOES * 0.99] }
}

/** 5 messages in each of 200 chats at once, round robin, with handlers that wait 50 ms. */
async function chats(context) {
  const CHATS = 200
  const EACH = 5
  const bot = await context.start(context)
  const latest = new Map()
  let isOrdered = true
  const handled = new Handled()
  bot.onMessage(async ({ chat, text }) => {
    const number = Number(/^#(\d+)/.exec(text)?.[1] ?? -1)
    if (text === 'go') return
    if (number < (latest.get(chat) ?? -1)) isOrdered = false
    latest.set(chat, number)
    await new Promise((resolve) => setTimeout(resolve, 50))
    handled.add()
  })
  await bot.login({ contacts: CHATS })
  await prime(
    context,
    handled,
    Array.from({ length: CHATS }, (_, n) => ({ from: `friend ${n}`, text: '#hello' })),
  )
  latest.clear()
  const { ms } = await deliver(context, handled, CHATS * EACH, { pageSize: 100 })
  await bot.close()
  if (!isOrdered) throw new Error('messages of one chat were handled out of order')
  return { ms }
}

/** From the start of the login to contacts with all members; memory after it. */
function login(friends, rooms) {
  return async ({ start, url, folder }) => {
    const before = memory()
    const bot = await start({ url, folder })
    const startedAt = performance.now()
    const { ms, cpuMs, result } = await measure(() => bot.login({ contacts: friends + rooms }))
    const took = typeof result === 'number' ? result - startedAt : ms
    const rssMiB = memory() / MIB
    await bot.close()
    return { ms: took, 'CPU ms': cpuMs, 'RSS MiB': rssMiB, 'grown MiB': rssMiB - before / MIB }
  }
}

/** Resident memory of each of 100 accounts that wait for messages. */
async function accounts({ start, url, folder }) {
  const ACCOUNTS = 100
  const one = await start({ url, folder })
  await one.login({ contacts: 500 })
  const before = memory()
  for (let n = 1; n < ACCOUNTS; n++) await (await start({ url, folder })).login({ contacts: 500 })
  return { 'MiB an account': (memory() - before) / MIB / (ACCOUNTS - 1) }
}

/** Exact searches find by index; substrings and pinyin look through all names. */
async function search({ start, url, folder }) {
  const { bot, ...contender } = await start({ url, folder })
  await contender.login({})
  const times = (work, rounds) => {
    for (let n = 0; n < rounds / 10; n++) if (work(n).length === 0) throw new Error(`nothing found: ${work}`)
    const startedAt = performance.now()
    for (let n = 0; n < rounds; n++) work(n)
    return ((performance.now() - startedAt) * 1_000) / rounds
  }
  return {
    'exact name µs': times((n) => bot.searchFriends({ name: `friend ${n % 10_000}` }), 10_000),
    'alias µs': times((n) => bot.searchFriends({ wechatAccount: `alias_${n % 10_000}` }), 10_000),
    'substring µs': times((n) => bot.searchContacts(`end ${n % 10_000}`), 100),
    'pinyin µs': times((n) => bot.searchContacts(`pengyou${n % 1_000}`), 100),
  }
}

/** Bytes of a large file up and down. */
const FILE_BYTES = 300 * MIB

async function upload({ start, url, folder, ask, contender }) {
  const path = join(folder, 'large.bin')
  const file = await open(path, 'w')
  for (let n = 0; n < FILE_BYTES / MIB; n++) await file.write(Buffer.alloc(MIB, n))
  await file.close()
  const bot = await start({ url, folder })
  await bot.login({ contacts: 1 })
  if (contender === 'floor') {
    const { ms, grownMiB } = await watched(() => bot.uploadBare(path, FILE_BYTES))
    return { 'MiB/s': (FILE_BYTES / MIB / ms) * 1_000, 'grown MiB': grownMiB }
  }
  await ask('discardUploads')
  await bot.bot.uploadFile(Buffer.from('warm up'))
  const { ms, grownMiB } = await watched(() => bot.bot.uploadFile(path))
  await bot.close()
  return { 'MiB/s': (FILE_BYTES / MIB / ms) * 1_000, 'grown MiB': grownMiB }
}

async function download({ start, url, folder, ask, contender }) {
  const bot = await start({ url, folder, types: ['Attachment'] })
  const received = new Promise((resolve) => bot.onMessage(resolve))
  await bot.login({ contacts: 1 })
  let work = () => bot.downloadBare(FILE_BYTES, join(folder, 'down.bin'))
  if (contender !== 'floor') {
    await ask('sendFile', { from: 'friend 0', sizeBytes: FILE_BYTES })
    const { msg } = await received
    work = () => msg.download('down.bin')
  }
  const { ms, grownMiB } = await watched(work)
  await bot.close()
  return { 'MiB/s': (FILE_BYTES / MIB / ms) * 1_000, 'grown MiB': grownMiB }
}

/** Five minutes without a message. */
const IDLE_MINUTES = 5

async function idle({ start, url, folder, ask }) {
  const bot = await start({ url, folder })
  await bot.login({ contacts: 21 })
  await ask('held')
  const requests = await ask('requests')
  const { cpuMs } = await measure(() => new Promise((resolve) => setTimeout(resolve, IDLE_MINUTES * 60_000)))
  const perHour = 60 / IDLE_MINUTES
  return {
    'CPU s an hour': (cpuMs / 1_000) * perHour,
    'requests an hour': ((await ask('requests')) - requests) * perHour,
  }
}

/** 5,000 contacts that change at once: the longest pause of the event loop. */
async function changes({ start, url, folder, ask }) {
  const CHANGES = 5_000
  const bot = await start({ url, folder, journal: true })
  await bot.login({})
  await ask('held')
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  let seen = 0
  const { ms, cpuMs } = await measure(
    () =>
      new Promise((resolve) => {
        bot.bot.on('contacts', ({ changed }) => {
          seen += changed.length
          if (seen >= CHANGES) resolve()
        })
        void ask('rename', { count: CHANGES, name: 'renamed' })
      }),
  )
  delay.disable()
  await bot.close()
  return { ms, 'CPU ms': cpuMs, 'longest pause ms': delay.max / 1e6 }
}

/** Single changes of contacts, each saved before the next one. */
async function singleChanges({ start, url, folder, ask }) {
  const CHANGES = 50
  const bot = await start({ url, folder, journal: true })
  await bot.login({})
  await ask('held')
  const written = () => Number(/^write_bytes: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))[1])
  const rename = async (n) => {
    const changed = new Promise((resolve) => bot.bot.on('contacts', resolve))
    await ask('rename', { from: n, count: 1, name: 'renamed' })
    await changed
    await ask('held')
  }
  await rename(0)
  const before = written()
  for (let n = 1; n <= CHANGES; n++) await rename(n)
  const bytes = written() - before
  await bot.close()
  return { 'KiB written a change': bytes / 1024 / CHANGES }
}

/** A million messages from 50,000 senders: by how much memory still grows after the first 100,000. */
async function growth(context) {
  const STEP = 100_000
  const STEPS = 10
  const bot = await context.start(context)
  const handled = new Handled()
  bot.onMessage(() => handled.add())
  await bot.login({})
  await prime(context, handled, SAMPLES.friends)
  const friends = await bot.bot.getFriends()
  const senders = friends.slice(1).map((friend) => friend.UserName)
  await deliver(context, handled, STEP, { senders })
  const [rss, heap] = [memory(), process.memoryUsage().heapUsed]
  for (let step = 1; step < STEPS; step++) await deliver(context, handled, STEP, { senders })
  const figures = {
    'RSS grown MiB': (memory() - rss) / MIB,
    'heap grown MiB': (process.memoryUsage().heapUsed - heap) / MIB,
  }
  await bot.close()
  return figures
}

/** From the start of the process to the QR code; and how much of that is loading the library. */
async function firstQr({ start, url, folder, importMs, startedAt }) {
  const bot = await start({ url, folder })
  const ms = await new Promise((resolve) => {
    bot.onQr(() => resolve(Date.now() - startedAt))
    void bot.login({ contacts: Number.POSITIVE_INFINITY }).catch?.(() => {})
  })
  return { ms, 'import ms': importMs }
}

const PEERS = ['floor', 'wechat4u', 'itchat']
const JOURNALED = [...PEERS, 'itchat+journal']

export const CASES = {
  backlog: {
    title: '(a) backlog of 20,000 texts from friends',
    world: { friends: 200, rooms: 1, members: 200 },
    contenders: JOURNALED,
    run: burst('friends', 20_000, 200, 1),
  },
  room: {
    title: '(b) backlog of 20,000 texts in a group of 500, each with @',
    world: { friends: 500, rooms: 1, members: 499 },
    contenders: JOURNALED,
    run: burst('room', 20_000, 500, 1),
  },
  mixed: {
    title: '(c) backlog of 20,000 messages of mixed kinds',
    world: { friends: 200, rooms: 1, members: 200 },
    contenders: JOURNALED,
    run: burst('mixed', 20_000, 200, 1),
  },
  echo: {
    title: '(d) 1,000 echoes in sequence',
    world: { friends: 20, rooms: 1, members: 20 },
    contenders: JOURNALED,
    run: echo,
  },
  chats: {
    title: '(e) 5 messages in each of 200 chats, handlers of 50 ms',
    world: { friends: 200, rooms: 0, members: 0 },
    contenders: ['itchat'],
    run: chats,
  },
  login: {
    title: '(f, g) login with 5,000 friends and 300 groups of 20',
    world: { friends: 5_000, rooms: 300, members: 20 },
    contenders: PEERS,
    run: login(5_000, 300),
  },
  largeLogin: {
    title: '(f, g) login with 10,000 friends and 300 groups of 500',
    world: { friends: 10_000, rooms: 300, members: 499 },
    contenders: PEERS,
    run: login(10_000, 300),
  },
  accounts: {
    title: '(g) 100 idle accounts with 500 contacts each',
    world: { friends: 500, rooms: 0, members: 0 },
    contenders: ['itchat'],
    run: accounts,
  },
  upload: {
    title: '(h) upload of 300 MiB',
    world: { friends: 1, rooms: 0, members: 0 },
    contenders: ['floor', 'itchat'],
    run: upload,
  },
  download: {
    title: '(h) download of 300 MiB',
    world: { friends: 1, rooms: 0, members: 0 },
    contenders: ['floor', 'itchat'],
    run: download,
  },
  firstQr: {
    title: '(j) from `node bot.js` to the QR code',
    world: { friends: 1, rooms: 0, members: 0 },
    contenders: PEERS,
    run: firstQr,
  },
  size: {
    title: '(k) production installation',
    contenders: ['itchat'],
    once: true,
  },
  search: {
    title: '(i) search in 10,000 contacts',
    world: { friends: 10_000, rooms: 0, members: 0, remark: '朋友' },
    contenders: ['itchat'],
    run: search,
  },
  idle: {
    title: `(l) ${IDLE_MINUTES} idle minutes, as an hour`,
    world: { friends: 20, rooms: 1, members: 20 },
    contenders: ['itchat'],
    once: true,
    timeoutMinutes: IDLE_MINUTES + 2,
    run: idle,
  },
  changes: {
    title: '(m) 5,000 contacts that change at once',
    world: { friends: 5_000, rooms: 0, members: 0 },
    contenders: ['itchat'],
    run: changes,
  },
  singleChanges: {
    title: '(m) 50 single changes among 5,000 contacts, saved one by one',
    world: { friends: 5_000, rooms: 0, members: 0 },
    contenders: ['itchat'],
    run: singleChanges,
  },
  growth: {
    title: '(m) 1,000,000 messages from 50,000 senders, after the first 100,000',
    world: { friends: 50_000, rooms: 0, members: 0 },
    contenders: ['itchat', 'itchat+journal'],
    once: true,
    timeoutMinutes: 4,
    run: growth,
  },
  ...ILINK_CASES,
  ...PAGE_CASES,
}
