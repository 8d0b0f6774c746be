import { TEXT } from 'itchat'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { botFor, sandboxFor } from '../support/bot.js'
import { browser, browserNote } from '../support/browser.js'
import { ilinkBot } from '../support/ilink-bot.js'
import { openPage } from '../support/open-page.js'

afterAll(() => browser?.close())

const phone = { locale: 'en', width: 390, height: 844, isTouch: true }
const landscape = { ...phone, width: 844, height: 390 }

async function runningBot() {
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox)
  bot.msgRegister(TEXT, (msg) => `reply to ${msg.text}`)
  await bot.login()
  void bot.run()
  await sandbox.online()
  return sandbox
}

const chats = (page: Page) => page.getByRole('listbox', { name: 'Chats' })
const chat = (page: Page) => page.getByRole('main', { name: 'Oliver Reed' })
const wire = (page: Page) => page.getByRole('complementary', { name: 'Wire' })
const openChat = (page: Page) => page.getByRole('option', { name: /Oliver Reed/ }).tap()

/** Number of the entries in the browser's history that the Back button leaves first. */
const entries = (page: Page) => page.evaluate<number>('history.state ?? 0')

/** The controls that reach beyond the window. */
const outside = (page: Page, selector: string) =>
  page.evaluate<string[]>(`[...document.querySelectorAll('${selector}')]
    .filter((element) => element.checkVisibility())
    .filter((element) => {
      const { top, left, right, bottom } = element.getBoundingClientRect()
      return top < 0 || left < 0 || right > innerWidth || bottom > innerHeight
    })
    .map(({ outerHTML }) => outerHTML.slice(0, 120))`)

describe.skipIf(!browser)(`the phone page in a small window${browserNote}`, () => {
  test('closes the panel, then the chat, with the Back button of the browser', async () => {
    const sandbox = await runningBot()
    const page = await openPage(sandbox.url, phone)
    await openChat(page)
    await chat(page).waitFor()
    await page.keyboard.press('i')
    await wire(page).waitFor()
    await expect.poll(() => entries(page)).toBe(2)
    await page.goBack()
    await wire(page).waitFor({ state: 'detached' })
    expect(await chat(page).isVisible()).toBe(true)
    expect(await entries(page)).toBe(1)
    await page.goBack()
    await chats(page).waitFor()
    expect(await entries(page)).toBe(0)

    await page.goForward()
    // Nothing covers the list, so the entry is left again.
    await expect.poll(() => entries(page)).toBe(0)
    expect(await chats(page).isVisible()).toBe(true)
  })

  test('leaves no entry in the history of the browser when a chat is closed on the page', async () => {
    const sandbox = await runningBot()
    const page = await openPage(sandbox.url, phone)
    const length = await page.evaluate<number>('history.length')
    for (let round = 0; round < 3; round++) {
      await openChat(page)
      await expect.poll(() => entries(page)).toBe(1)
      await page.getByRole('button', { name: 'Back' }).tap()
      await expect.poll(() => entries(page)).toBe(0)
      await chats(page).waitFor()
    }
    expect(await page.evaluate('history.length')).toBe(length + 1)

    // The open chat survives a reload, and the Back button still closes it.
    await openChat(page)
    await expect.poll(() => entries(page)).toBe(1)
    await page.addInitScript(`addEventListener('popstate', () => { window.hasMoved = true })`)
    await page.reload()
    await chat(page).waitFor()
    expect(await entries(page)).toBe(1)
    expect(await page.evaluate('window.hasMoved')).toBeUndefined()
    await page.goBack()
    await chats(page).waitFor()
  })

  test('closes the panel and the chat together when the history goes back over both', async () => {
    const sandbox = await runningBot()
    const page = await openPage(sandbox.url, phone)
    await openChat(page)
    await page.keyboard.press('i')
    await wire(page).waitFor()
    await expect.poll(() => entries(page)).toBe(2)
    await page.evaluate('history.go(-2)')
    await chats(page).waitFor()
    await wire(page).waitFor({ state: 'detached' })
    expect(await entries(page)).toBe(0)
  })

  test('keeps the address of the current account when the Back button closes a chat', async () => {
    const sandbox = await sandboxFor()
    sandbox.addAccount()
    const page = await openPage(sandbox.url, { ...phone, width: 844 })
    await page.getByRole('button', { name: 'See the chats first' }).tap()
    await openChat(page)
    await expect.poll(() => entries(page)).toBe(1)
    await page.getByRole('link', { name: /^Switch to/ }).tap()
    await expect.poll(() => page.url()).toBe(`${sandbox.url}/?account=2`)
    await expect.poll(() => entries(page)).toBe(0)
    await expect.poll(() => page.url()).toBe(`${sandbox.url}/?account=2`)
  })

  test('shows the requests of a message, and uncovers the message of a request', async () => {
    const sandbox = await runningBot()
    const page = await openPage(sandbox.url, phone)
    await openChat(page)
    sandbox.friend('Oliver Reed').say('ping')
    const replied = page.getByRole('article', { name: /reply to ping/ })
    await replied.locator('.bubble').click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Show its requests' }).tap()
    const joined = wire(page).locator('.wire-row.joined')
    await joined.filter({ hasText: 'webwxsendmsg' }).tap()
    await wire(page).getByRole('button', { name: 'reply to “ping”' }).tap()
    await wire(page).waitFor({ state: 'detached' })
    await page.locator('article[aria-current=true]', { hasText: 'ping' }).waitFor()
    expect(await replied.getAttribute('aria-current')).toBeNull()
  })

  test('lists the requests of a message that a filter hides', async () => {
    const sandbox = await runningBot()
    const page = await openPage(sandbox.url, { locale: 'en', width: 1280 })
    await page.getByRole('option', { name: /Oliver Reed/ }).click()
    sandbox.friend('Oliver Reed').say('ping')
    await wire(page).getByRole('searchbox').fill('nowhere')
    await wire(page).getByText('No request matches the filter.').waitFor()
    await page
      .getByRole('article', { name: /reply to ping/ })
      .locator('.bubble')
      .click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Show its requests' }).click()
    await wire(page).locator('.wire-row.joined', { hasText: 'webwxsendmsg' }).waitFor()
  })

  test('keeps the menus inside the window of a phone in landscape orientation', async () => {
    const sandbox = await runningBot()
    const page = await openPage(sandbox.url, landscape)
    expect(await outside(page, '.rail button, .rail a')).toEqual([])
    await page.locator('.rail .account-button').tap()
    const menu = page.getByRole('dialog')
    await menu.getByRole('button', { name: 'Record' }).waitFor()
    await menu.getByRole('button', { name: 'Keyboard shortcuts' }).waitFor()
    await page.keyboard.press('Escape')
    await openChat(page)
    await page.getByRole('button', { name: 'Send another type' }).tap()
    await page.getByRole('menuitem', { name: 'Raw' }).waitFor()
    expect(await outside(page, '.kind-menu, .kind-menu button')).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /Choose the speaker|Speak as/ }).tap()
    await page.locator('.speak-menu').waitFor()
    expect(await outside(page, '.speak-menu')).toEqual([])
  })

  test('shows the name of a fault on one line in the narrowest window', async () => {
    const sandbox = await runningBot()
    const page = await openPage(sandbox.url, { ...phone, locale: 'zh-CN', width: 320 })
    await page.getByRole('button', { name: '故障' }).tap()
    const name = page.locator('.fault-choice').getByText('上传限速')
    await name.scrollIntoViewIfNeeded()
    expect((await name.boundingBox())?.height).toBeLessThan(30)
  })

  test('links to the half of the page that a program uses', async () => {
    const sandbox = await sandboxFor()
    const { bot } = ilinkBot(sandbox)
    await bot.login()
    void bot.run()
    const page = await openPage(sandbox.url, { locale: 'en' })
    await page.getByRole('heading', { name: 'No program has connected yet' }).waitFor()
    await page.getByRole('button', { name: 'A program is using ClawBot. Switch to it' }).click()
    await page.getByRole('main', { name: 'ClawBot' }).waitFor()
  })
})
