import { TEXT } from 'itchat'
import { afterAll, describe, expect, test } from 'vitest'
import { botFor, sandboxFor } from '../support/bot.js'
import { browser, browserNote } from '../support/browser.js'
import { openPage } from '../support/open-page.js'

afterAll(() => browser?.close())

describe.skipIf(!browser)(`the phone page without a mouse${browserNote}`, () => {
  test('logs a program in, talks to it as several people, and opens and closes every panel', async () => {
    const sandbox = await sandboxFor({ autoLogin: false })
    const bot = botFor(sandbox)
    bot.msgRegister(TEXT, (msg) => `received: ${msg.text}`)
    const page = await openPage(sandbox.url, { locale: 'en-US', width: 1100 })
    const { keyboard } = page
    const login = bot.login({ qrCallback() {} })
    await page.getByRole('button', { name: 'Scan' }).waitFor()
    await keyboard.press('s')
    await page.getByRole('button', { name: 'Confirm' }).waitFor()
    await keyboard.press('Enter')
    await login
    void bot.run()
    await page.getByRole('heading', { name: 'Pick someone and say something' }).waitFor()

    // Search, go to the first result, and open it.
    await keyboard.press('/')
    await keyboard.type('xiaoman')
    const row = page.getByRole('option', { name: /^小满/ })
    await row.waitFor()
    await row.focus()
    await keyboard.press('Enter')
    await page.locator('[aria-label="Say something"]:focus').waitFor()
    await keyboard.type('hello')
    await keyboard.press('Enter')
    await page.getByRole('log').getByText('received: hello').waitFor()
    // ArrowUp recalls what was said last, but only in an empty field, and only once.
    await keyboard.type('wait')
    await keyboard.press('ArrowUp')
    await keyboard.press('Control+a')
    await keyboard.press('Delete')
    await keyboard.press('ArrowUp')
    await page.getByRole('log').getByText('“小满” recalled a message').waitFor()
    await keyboard.press('ArrowUp')
    await keyboard.press('Alt+1')
    await page.locator('.chip-name').getByText('陈一舟').waitFor()
    await keyboard.press('Alt+2')
    await page.locator('.chip-name').getByText('小满').waitFor()

    // Messages: arrows move, the menu key opens the actions, Escape closes them.
    await page.getByRole('log').focus()
    await keyboard.press('ArrowUp')
    await page.locator('article:focus').waitFor()
    await keyboard.press('Shift+F10')
    await page.getByRole('menu').waitFor()
    await keyboard.press('Escape')
    await page.getByRole('menu').waitFor({ state: 'detached' })

    // The inspector and its tabs.
    await keyboard.press('i')
    await page.getByRole('complementary', { name: 'Wire' }).waitFor()
    await keyboard.press('2')
    await page.getByRole('complementary', { name: 'Faults' }).waitFor()
    await keyboard.press('3')
    await page.getByRole('complementary', { name: 'Details' }).waitFor()
    await keyboard.press('Escape')
    await page.getByRole('complementary', { name: 'Details' }).waitFor({ state: 'detached' })

    // The kind menu, the list of keys, renaming, and the other page of the list.
    await keyboard.press('Alt+k')
    await page.getByRole('menuitem', { name: 'Location' }).waitFor()
    await keyboard.press('Escape')
    await page.getByRole('log').focus()
    await keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('Recall your last message').waitFor()
    await keyboard.press('Escape')
    await keyboard.press('F2')
    await page.getByRole('dialog', { name: /^Rename/ }).waitFor()
    await keyboard.press('Escape')
    await keyboard.press('Alt+s')
    await page.getByRole('listbox', { name: 'People' }).waitFor()
    const before = await page.getByRole('heading', { level: 1 }).textContent()
    await keyboard.press('Alt+ArrowDown')
    await page.locator('h1', { hasNotText: before ?? '' }).waitFor()
    expect(
      sandbox
        .friend('小满')
        .messages.filter(({ recalled }) => recalled)
        .map(({ text }) => text),
    ).toEqual(['hello'])
    expect(sandbox.warnings).toEqual([])
  })

  test('keeps the open chat in view in the list, also after a reload', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    await bot.login()
    const page = await openPage(sandbox.url, { locale: 'en-US', height: 500 })
    const rows = page.getByRole('listbox', { name: 'Chats' }).getByRole('option')
    await rows.last().waitFor()
    const count = await rows.count()
    for (let n = 0; n < count; n++) await page.keyboard.press('Alt+ArrowDown')
    const last = rows.last()
    await expect.poll(() => last.getAttribute('aria-selected')).toBe('true')
    const isInView = () => last.evaluate((row: any) => row.getBoundingClientRect().bottom <= 500)
    await expect.poll(isInView).toBe(true)
    await page.reload()
    await expect.poll(isInView).toBe(true)
  })

  test('reaches everything with Tab, in reading order, and shows where it is', async () => {
    const sandbox = await sandboxFor()
    const page = await openPage(sandbox.url, { locale: 'en-US', width: 1100 })
    await page.getByRole('button', { name: 'See the chats first' }).click()
    await page.getByRole('option', { name: /^小满/ }).click()
    await page.evaluate('document.activeElement.blur()')
    const stops: string[] = []
    for (let n = 0; n < 60; n++) {
      await page.keyboard.press('Tab')
      const stop = await page.evaluate<{ place: string; isDrawn: boolean } | undefined>(`(() => {
        const element = document.activeElement
        if (!element || element === document.body) return undefined
        const place = ['.skip', '.banner', '.rail', '.list', '.chat-head', '.log', '.composer', '.inspector']
          .find((selector) => element.closest(selector)) ?? element.outerHTML
        const ring = element.closest('.search') ?? element
        return { place, isDrawn: getComputedStyle(ring).outlineStyle !== 'none' || getComputedStyle(ring).boxShadow !== 'none' }
      })()`)
      // The order starts behind the field that had focus, which is the last one.
      if (!stop && stops.length === 0) continue
      if (!stop) break
      expect(stop.isDrawn, stop.place).toBe(true)
      if (stops.at(-1) !== stop.place) stops.push(stop.place)
    }
    expect(stops).toEqual(['.skip', '.banner', '.rail', '.list', '.chat-head', '.log', '.composer'])
  })
})
