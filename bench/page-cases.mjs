// What the page of the sandbox costs, in the process that drives the browser; and what its list of requests costs without a page.
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { MIB } from './measure.mjs'

const MESSAGES = 5_000
/** As many as the sandbox keeps. */
const REQUESTS = 2_000
const ARRIVING = 300
const ECHOES = 1_000
const FILE_MIB = 64

const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0

/** A conversation of 5,000 messages: opening it, and scrolling through it to the top. */
async function conversation({ start, ask }) {
  await ask('chatter', { from: 'friend 0', count: MESSAGES })
  // The page is served only under the sandbox's own address.
  const { page, traced, close } = await start({ url: await ask('pageUrl') })
  // Past the login screen: a program that stays logged in is part of the server.
  await ask('logIn')
  const row = page.getByRole('option', { name: /friend 0/ })
  await row.waitFor()
  const opening = await traced(async () => {
    await row.click()
    await page.getByRole('log').waitFor()
    await page.waitForTimeout(500)
  })
  const rows = await page.getByRole('log').locator('*').count()
  const box = await page.getByRole('log').boundingBox()
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  const scrolling = await traced(() => scrollUp(page))
  await close()
  return { ...tasks('opening', opening), ...tasks('scrolling', scrolling), elements: rows }
}

/** The list of 2,000 requests: opening it, scrolling through it to the top, and following new requests. */
async function wireLog({ start, ask }) {
  await ask('traffic', { count: REQUESTS })
  const { page, traced, close } = await start({ url: await ask('pageUrl') })
  await ask('logIn')
  await page.evaluate(() => localStorage.setItem('itchat-sandbox.inspector', 'closed'))
  await page.reload()
  await page.getByRole('option', { name: /friend 0/ }).waitFor()
  const list = page.locator('.wire-list')
  const last = list.getByRole('listitem').last()
  const opening = await traced(async () => {
    await page.keyboard.press('i')
    await last.waitFor()
    await page.waitForTimeout(500)
  })
  if (Number(await last.getAttribute('aria-setsize')) < REQUESTS * 0.9) throw new Error('requests are missing')
  const elements = await list.locator('*').count()
  const following = await traced(async () => {
    for (let n = 0; n < ARRIVING; n += 5) {
      await ask('traffic', { count: 5 })
      await page.waitForTimeout(16)
    }
  })
  const box = await list.boundingBox()
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  const scrolling = await traced(() => scrollUp(page))
  await close()
  return { ...tasks('opening', opening), ...tasks('following', following), ...tasks('scrolling', scrolling), elements }
}

async function scrollUp(page) {
  for (let step = 0; step < 200; step++) {
    await page.mouse.wheel(0, -600)
    await page.waitForTimeout(16)
  }
}

function tasks(name, sorted) {
  return { [`${name} p99 ms`]: percentile(sorted, 0.99), [`${name} longest ms`]: sorted.at(-1) }
}

/** Processor time of the sandbox for the requests of a program while no page is open. */
async function capture({ contender, start, url, folder, ask }) {
  if (contender === 'stubbed') await ask('stubCapture')
  const path = join(folder, 'large.bin')
  const file = await open(path, 'w')
  for (let n = 0; n < FILE_MIB; n++) await file.write(Buffer.alloc(MIB, n))
  await file.close()
  const bot = await start({ url, folder })
  bot.onMessage(({ chat, text }) => void bot.send(chat, `you said ${text}`).catch(() => {}))
  await bot.login()
  const echo = () => ask('echo', { from: 'friend 0' })
  for (let n = 0; n < 200; n++) await echo()
  const before = await ask('usage')
  for (let n = 0; n < ECHOES; n++) await echo()
  const between = await ask('usage')
  await bot.bot.uploadFile(path)
  const after = await ask('usage')
  await bot.close()
  return {
    'µs CPU a request': ((between.cpuMs - before.cpuMs) / (between.requests - before.requests)) * 1_000,
    'ms CPU a MiB uploaded': (after.cpuMs - between.cpuMs) / FILE_MIB,
  }
}

export const PAGE_CASES = {
  page: {
    title: '(p) the page: a conversation of 5,000 messages, tasks of the main thread',
    world: { friends: 20, rooms: 1, members: 20 },
    contenders: ['page'],
    run: conversation,
  },
  wire: {
    title: '(p) the page: the list of 2,000 requests, tasks of the main thread',
    world: { friends: 20, rooms: 1, members: 20 },
    contenders: ['page'],
    run: wireLog,
  },
  capture: {
    title:
      '(q) recording requests for the page while none is open, beside a sandbox that does not: processor time of the sandbox',
    world: { friends: 20, rooms: 1, members: 20 },
    contenders: ['recorded', 'stubbed'],
    modules: { recorded: 'itchat', stubbed: 'itchat' },
    run: capture,
  },
}
