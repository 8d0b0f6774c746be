import { TEXT } from 'itchat'
import type { Locator, Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { botFor, sandboxFor } from '../support/bot.js'
import { browser, browserNote } from '../support/browser.js'
import { ilinkBot } from '../support/ilink-bot.js'
import { openPage } from '../support/open-page.js'

afterAll(() => browser?.close())

async function runningBot() {
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox)
  bot.on('error', () => {})
  bot.msgRegister(TEXT, (msg) => `reply to ${msg.text}`)
  await bot.login()
  void bot.run()
  await sandbox.online()
  return sandbox
}

/** The list of requests, which opens by itself in a wide window. */
async function openWire(page: Page) {
  const panel = page.getByRole('complementary', { name: 'Wire' })
  await panel.waitFor()
  return panel
}

/** The endpoints of the listed requests; the bot repeats a message that is refused. */
const endpoints = (panel: Locator) => panel.locator('.wire-endpoint').allTextContents()

const english = { locale: 'en', width: 1280 }

describe.skipIf(!browser)(`the list of requests on the phone page${browserNote}`, () => {
  test('shows requests as they happen, and what they contain without secrets', async () => {
    const sandbox = await runningBot()
    const page = await openPage(sandbox.url, english)
    const panel = await openWire(page)
    const rows = panel.getByRole('list', { name: 'Requests of the bot' }).getByRole('button')
    await rows.filter({ hasText: 'webwxinit' }).waitFor()
    await rows.filter({ hasText: /synccheck waiting…\s*poll/ }).waitFor()
    expect(await rows.filter({ hasText: 'webwxsendmsg' }).count()).toBe(0)

    sandbox.friend('Oliver Reed').say('ping')
    const sent = rows.filter({ hasText: 'webwxsendmsg → Oliver Reed' })
    await sent.waitFor()
    await rows.filter({ hasText: 'webwxsync 1 message' }).waitFor()
    await sent.click()
    expect(await sent.getAttribute('aria-expanded')).toBe('true')
    const body = panel.getByRole('tabpanel')
    await body.getByText('"reply to ping"').waitFor()
    await body.getByText('4 masked').waitFor()
    await body.getByText('// Oliver Reed').waitFor()
    await panel.getByRole('button', { name: 'reply to “ping” after' }).waitFor()
    await panel.getByRole('tab', { name: 'Reply' }).click()
    await body.getByText('"MsgID"').waitFor()
    await panel.getByRole('tab', { name: 'Headers' }).click()
    await body.getByText('cookie', { exact: true }).waitFor()
    await panel.getByRole('tab', { name: 'Headers' }).press('ArrowRight')
    await body.getByText('POST /cgi-bin/mmwebwx-bin/webwxsendmsg').waitFor()
    await sent.click()
    await body.waitFor({ state: 'detached' })
  })

  test('joins messages and requests both ways', async () => {
    const sandbox = await runningBot()
    const page = await openPage(sandbox.url, english)
    const panel = await openWire(page)
    await page.getByRole('option', { name: /Oliver Reed/ }).click()
    sandbox.friend('Oliver Reed').say('ping')
    const log = page.getByRole('log')
    const asked = log.getByRole('article', { name: /ping/ }).first()
    const replied = log.getByRole('article', { name: /reply to ping/ })
    await replied.waitFor()
    expect(await panel.locator('.wire-row.joined').count()).toBe(0)

    await asked.locator('.bubble-place').click()
    await panel.locator('.wire-row.joined', { hasText: 'webwxsync' }).waitFor()
    expect(await panel.locator('.wire-row.joined').allTextContents()).toEqual([
      expect.stringContaining('synccheck'),
      expect.stringContaining('webwxsync'),
    ])
    expect(await asked.getAttribute('aria-current')).toBe('true')

    await panel.getByRole('button', { name: /webwxsendmsg/ }).click()
    await expect.poll(() => replied.getAttribute('aria-current')).toBe('true')
    expect(await asked.getAttribute('aria-current')).toBeNull()
    await panel.getByRole('button', { name: 'reply to “ping”' }).click()
    await expect.poll(() => asked.getAttribute('aria-current')).toBe('true')
  })

  test('shows refusals, warnings and faults at their requests, and filters by them and by text', async () => {
    const sandbox = await runningBot()
    const page = await openPage(sandbox.url, english)
    const panel = await openWire(page)
    const rows = panel.getByRole('list').getByRole('button')
    await fetch(`${sandbox.url}/jslogin?appid=wrong`)
    sandbox.faults.add({ kind: 'ret', ret: 1205, path: 'webwxsendmsg' })
    sandbox.friend('Oliver Reed').say('one')
    await rows.filter({ hasText: '1205' }).waitFor()
    await panel.getByRole('button', { name: 'Problems 1' }).click()
    expect(await rows.count()).toBe(1)
    await rows.first().click()
    await panel.getByText('Fault Rate limited 1205').waitFor()
    expect(await panel.locator('.wire-note').count()).toBe(1)

    await panel.getByRole('button', { name: 'Warnings 1' }).click()
    const warned = rows.filter({ hasText: 'jslogin' })
    await warned.getByRole('img', { name: 'warning' }).waitFor()
    await warned.click()
    await panel.getByText('docs/protocol.md §3.1').first().waitFor()

    await panel.getByRole('button', { name: 'All', exact: true }).click()
    const search = panel.getByRole('searchbox')
    await search.fill('reply to one')
    // The bot repeats a refused message after up to a second.
    const twice = ['webwxsendmsg', 'webwxsendmsg']
    await expect.poll(() => endpoints(panel)).toEqual(twice)
    await search.fill('nowhere')
    await panel.getByText('No request matches the filter.').waitFor()
    await panel.getByRole('button', { name: 'Show all' }).click()
    await rows.filter({ hasText: 'webwxinit' }).waitFor()
  })

  test('pauses, copies, clears, and is used with the keyboard', async () => {
    const sandbox = await runningBot()
    const page = await openPage(sandbox.url, english)
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    const panel = await openWire(page)
    await page.keyboard.press('i')
    await page.keyboard.press('i')
    await panel.waitFor({ state: 'detached' })
    await page.keyboard.press('i')
    const rows = panel.getByRole('list').getByRole('button')
    await rows.last().waitFor()
    await page.keyboard.press('p')
    await panel.getByRole('button', { name: 'Paused' }).waitFor()
    sandbox.friend('Oliver Reed').say('ping')
    await panel.getByRole('button', { name: /Paused · [3-9] more/ }).waitFor()
    expect(await rows.filter({ hasText: 'webwxsendmsg' }).count()).toBe(0)
    await page.keyboard.press('p')
    await rows.filter({ hasText: 'webwxsendmsg' }).waitFor()

    await rows.filter({ hasText: 'webwxsendmsg' }).focus()
    await page.keyboard.press('ArrowRight')
    const copied = () => page.evaluate('navigator.clipboard.readText()') as Promise<string>
    await panel.getByRole('button', { name: 'Copy as curl' }).click()
    await panel.getByText('Copied').waitFor()
    expect(await copied()).toMatch(
      /^curl 'http:\/\/127\.0\.0\.1:\d+\/cgi-bin\/mmwebwx-bin\/webwxsendmsg\?.*\n {2}-X POST/,
    )
    expect(await copied()).toContain('***masked***')
    await panel.getByRole('button', { name: 'Copy as JSON', exact: true }).click()
    await expect.poll(async () => (await copied()).startsWith('{')).toBe(true)
    expect(JSON.parse(await copied())).toMatchObject({
      method: 'POST',
      requestBody: { Msg: { Content: 'reply to ping' }, BaseRequest: { Sid: '***masked***' } },
      reply: { body: { BaseResponse: { Ret: 0 } } },
    })
    await rows.filter({ hasText: 'webwxsendmsg' }).focus()
    await page.keyboard.press('ArrowLeft')
    await panel.getByRole('tabpanel').waitFor({ state: 'detached' })
    await page.keyboard.press('k')
    await expect.poll(() => page.evaluate('document.activeElement.textContent') as Promise<string>).toMatch(/webwxsync/)
    await page.keyboard.press('j')
    await expect
      .poll(() => page.evaluate('document.activeElement.textContent') as Promise<string>)
      .toMatch(/webwxsendmsg/)

    await panel.getByRole('button', { name: 'Clear the list' }).click()
    await panel.getByText('0 requests').waitFor()
    await page.keyboard.press('2')
    await page.getByRole('complementary', { name: 'Faults' }).waitFor()
    await page.keyboard.press('1')
    await panel.waitFor()
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
  })

  test('shows the requests of a bot over iLink in the other half', async () => {
    const sandbox = await sandboxFor()
    const { bot } = ilinkBot(sandbox)
    bot.msgRegister(TEXT, (msg) => `reply to ${msg.text}`)
    await bot.login()
    void bot.run()
    await sandbox.held('getupdates')
    const page = await openPage(`${sandbox.url}/?phone=clawbot`, english)
    const panel = await openWire(page)
    sandbox.clawbot.say('ping')
    const sent = panel.getByRole('button', { name: /sendmessage → ClawBot/ })
    await sent.click()
    await panel.getByText('"reply to ping"').waitFor()
    await page
      .getByRole('article', { name: /reply to ping/ })
      .and(page.locator('[aria-current=true]'))
      .waitFor()
    expect(await panel.getByRole('button', { name: /synccheck/ }).count()).toBe(0)
  })

  test('joins a medium over iLink and its download both ways', async () => {
    const sandbox = await sandboxFor()
    const { bot } = ilinkBot(sandbox)
    bot.msgRegister('Picture', async (msg) => {
      await msg.download()
    })
    await bot.login()
    void bot.run()
    await sandbox.held('getupdates')
    const page = await openPage(`${sandbox.url}/?phone=clawbot`, english)
    const panel = await openWire(page)
    sandbox.clawbot.send({ kind: 'image' })
    const picture = page.getByRole('log').getByRole('article').last()
    await panel.getByRole('button', { name: /cdnDownload/ }).click()
    await expect.poll(() => picture.getAttribute('aria-current')).toBe('true')
    await panel.getByRole('button', { name: /^message “/ }).click()
    expect(await panel.locator('.wire-row.joined').allTextContents()).toEqual([
      expect.stringContaining('getupdates'),
      expect.stringContaining('cdnDownload'),
    ])
  })

  test('marks the requests of a raw message', async () => {
    const sandbox = await runningBot()
    const page = await openPage(sandbox.url, english)
    const panel = await openWire(page)
    const id = sandbox.raw({ from: sandbox.friend('Oliver Reed').id, MsgType: 51, Content: '' })
    await panel.getByRole('button', { name: /webwxsync 1 message/ }).click()
    await panel.getByRole('button', { name: `raw message ${id}, not on the phone` }).click()
    await panel.locator('.wire-row.joined', { hasText: 'synccheck' }).waitFor()
    expect(await panel.locator('.wire-row.joined').count()).toBe(2)
  })

  test('the filters fit on one line with the highest counts, whichever is chosen', async () => {
    const sandbox = await sandboxFor()
    sandbox.faults.add({ kind: 'status', path: 'jslogin', count: 100 })
    for (let i = 0; i < 200; i++) await sandbox.handle(new Request(`${sandbox.url}/jslogin?appid=wrong`))
    for (const locale of ['zh-CN', 'en']) {
      const page = await openPage(sandbox.url, { width: 1280, locale })
      await page.getByRole('button', { name: locale === 'en' ? 'See the chats first' : '先看聊天' }).click()
      const filters = page.locator('.wire-filters')
      await filters.getByText('99+').nth(1).waitFor()
      for (const filter of await filters.getByRole('button').all()) {
        await filter.click()
        const tops = await filters
          .getByRole('button')
          .evaluateAll((chips: any[]) => chips.map((chip) => chip.offsetTop))
        expect(new Set(tops).size).toBe(1)
      }
    }
  })

  test('scrolls to the details of the last request, and keeps the filters in place when their counts grow', async () => {
    const sandbox = await sandboxFor()
    const page = await openPage(sandbox.url, { width: 1280 })
    await page.getByRole('button', { name: '先看聊天' }).click()
    const panel = page.getByRole('complementary', { name: '线路' })
    const chips = () =>
      panel.locator('.wire-filters').evaluate((box: any) => [...box.children].map((chip) => chip.offsetLeft))
    await panel.waitFor()
    const before = await chips()
    const height = await panel.locator('.wire-filters').evaluate((box: any) => box.offsetHeight)
    expect(height).toBeLessThan(50)
    sandbox.faults.add({ kind: 'status', path: 'jslogin', count: 100 })
    for (let i = 0; i < 200; i++) await sandbox.handle(new Request(`${sandbox.url}/jslogin?appid=wrong`))
    await panel.getByRole('button', { name: '异常 99+' }).waitFor()
    await panel.getByRole('button', { name: '警告 99+' }).waitFor()
    expect(await chips()).toEqual(before)

    await panel
      .getByRole('button', { name: /jslogin/ })
      .last()
      .click()
    const copy = panel.getByRole('button', { name: '复制为 curl' })
    await copy.waitFor()
    const list = await panel.locator('.wire-list').boundingBox()
    await expect.poll(async () => (await copy.boundingBox())?.y).toBeLessThan((list?.y ?? 0) + (list?.height ?? 0))
  })

  test('holds 2,000 requests with few of them in the page', async () => {
    const sandbox = await sandboxFor()
    const page = await openPage(sandbox.url, english)
    await page.getByRole('button', { name: 'See the chats first' }).click()
    const panel = await openWire(page)
    await panel.getByText('No requests yet.', { exact: false }).waitFor()
    for (let i = 0; i < 2100; i++) await sandbox.handle(new Request(`${sandbox.url}/qrcode/unknown`))
    await panel.getByText('2000 requests').waitFor()
    const rows = panel.getByRole('listitem')
    await expect.poll(() => rows.last().getAttribute('aria-posinset')).toBe('2000')
    expect(await rows.count()).toBeLessThan(60)
    await panel.locator('.wire-list').evaluate((list: any) => list.scrollTo(0, 0))
    await panel.getByRole('button', { name: 'Follow' }).click()
    await panel.getByText('Following').waitFor()
  })
})
