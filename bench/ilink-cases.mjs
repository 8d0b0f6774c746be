// What is measured over iLink, in the process of the client.
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { MIB, measure, watched } from './measure.mjs'

/** From the start of the process to the first reply on the phone. */
async function start({ start, url, folder, ask, importMs, startedAt }) {
  const bot = await start({ url, folder })
  bot.onMessage(['Text'], (msg) => void bot.reply(msg, 'first'))
  await bot.login()
  await ask('clawbotEcho')
  const ms = Date.now() - startedAt
  await bot.close()
  return { ms, 'import ms': importMs }
}

const ECHOES = 1_000

async function echo({ start, url, journal, folder, ask }) {
  const bot = await start({ url, journal, folder })
  bot.onMessage(['Text'], (msg) => void bot.reply(msg, 'you said hello'))
  await bot.login()
  for (let n = 0; n < 100; n++) await ask('clawbotEcho')
  const times = []
  for (let n = 0; n < ECHOES; n++) times.push(await ask('clawbotEcho'))
  await bot.close()
  times.sort((a, b) => a - b)
  return { 'p50 ms': times[ECHOES * 0.5], 'p99 ms': times[ECHOES * 0.99] }
}

const IDLE_MINUTES = 5

async function idle({ start, url, folder, ask }) {
  const bot = await start({ url, folder })
  await bot.login()
  await ask('clawbotOnline')
  const requests = await ask('requests')
  const { cpuMs } = await measure(() => new Promise((resolve) => setTimeout(resolve, IDLE_MINUTES * 60_000)))
  const perHour = 60 / IDLE_MINUTES
  return {
    'CPU s an hour': (cpuMs / 1_000) * perHour,
    'requests an hour': ((await ask('requests')) - requests) * perHour,
  }
}

/** Each file, and how many of them after as many to warm up. */
const FILE_BYTES = 20 * MIB
const FILES = 10

const speed = (ms) => ((FILE_BYTES * FILES) / MIB / ms) * 1_000

async function upload({ start, url, folder, ask }) {
  const path = join(folder, 'large.bin')
  const file = await open(path, 'w')
  for (let n = 0; n < FILE_BYTES / MIB; n++) await file.write(Buffer.alloc(MIB, n))
  await file.close()
  const bot = await start({ url, folder })
  bot.onMessage(['Text'], (msg) => void bot.reply(msg, 'ready'))
  await bot.login()
  await ask('clawbotEcho')
  await ask('discardUploads')
  const all = async () => {
    for (let n = 0; n < FILES; n++) await bot.upload(path, FILE_BYTES)
  }
  await all()
  const { ms, grownMiB } = await watched(all)
  await bot.close()
  return { 'MiB/s': speed(ms), 'grown MiB': grownMiB }
}

async function download({ start, url, folder, ask }) {
  const bot = await start({ url, folder })
  const received = new Promise((resolve) => bot.onMessage(['Attachment'], resolve))
  await bot.login()
  await ask('clawbotOnline')
  await ask('clawbotFile', { sizeBytes: FILE_BYTES })
  const msg = await received
  const all = async (round) => {
    for (let n = 0; n < FILES; n++) await bot.download(msg, join(folder, `${round}-${n}.bin`))
  }
  await all('warm')
  const { ms, grownMiB } = await watched(() => all('measured'))
  await bot.close()
  return { 'MiB/s': speed(ms), 'grown MiB': grownMiB }
}

const world = { friends: 1, rooms: 0, members: 0 }
/** The module of each contender. */
const modules = { floor: 'ilink-floor', itchat: 'ilink' }
const contenders = ['floor', 'itchat']

export const ILINK_CASES = {
  ilinkStart: { title: '(n) iLink: from `node bot.js` to the first reply', world, modules, contenders, run: start },
  ilinkEcho: {
    title: '(n) iLink: 1,000 echoes in sequence',
    world,
    modules,
    contenders: [...contenders, 'itchat+journal'],
    run: echo,
  },
  ilinkUpload: { title: '(n) iLink: 10 files of 20 MiB up', world, modules, contenders, run: upload },
  ilinkDownload: { title: '(n) iLink: 10 files of 20 MiB down', world, modules, contenders, run: download },
  ilinkIdle: {
    title: `(n) iLink: ${IDLE_MINUTES} idle minutes, as an hour`,
    world,
    modules,
    contenders: ['itchat'],
    once: true,
    timeoutMinutes: IDLE_MINUTES + 2,
    run: idle,
  },
}
