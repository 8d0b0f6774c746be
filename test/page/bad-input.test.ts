import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { botFor, sandboxFor } from '../support/bot.js'
import { browser, browserNote } from '../support/browser.js'
import { openPage } from '../support/open-page.js'

afterAll(() => browser?.close())

const MIB = 2 ** 20
const SCRIPT = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>'
/** Reverses the text after it, up to the end of the paragraph. */
const REVERSE = '\u202e'

/** Expects that no text was run, became an element, widened a column or reversed the words of the page. */
async function expectHarmless(page: Page): Promise<void> {
  const found = await page.evaluate(`({
    hit: window.hit,
    images: document.querySelectorAll('img[src="x"]').length,
    scripts: document.querySelectorAll('body script').length,
    wide: [document.documentElement, ...document.querySelectorAll('.rows, .log, .wire-list, .fault-body, dialog[open], .menu')]
      .filter((box) => box.checkVisibility() && box.scrollWidth > box.clientWidth + 1)
      .map((box) => box.className || box.tagName),
    links: [...document.querySelectorAll('a')].map((link) => link.protocol).filter((name) => !/^https?:$/.test(name)),
    reversed: [...document.querySelectorAll('h1, h2, h3, .row-name, .speaker, .chip-name, .menu, .toast, .recalled-line')]
      .filter((element) => element.textContent.includes('\\u202e'))
      .map((element) => element.className),
  })`)
  expect(found).toEqual({ images: 0, scripts: 0, wide: [], links: [], reversed: [] })
}

/** Drops files onto a part of the page; returns whether the page handled it. `files` maps names to sizes in MiB. */
async function drop(page: Page, target: string, files: Record<string, number>): Promise<boolean> {
  return page.evaluate<boolean>(`(() => {
    const dataTransfer = new DataTransfer()
    // Every part of a file refers to the same block.
    const block = new Blob([new Uint8Array(${MIB})])
    for (const [name, size] of ${JSON.stringify(Object.entries(files))}) {
      dataTransfer.items.add(new File(Array(size).fill(block), name))
    }
    const handled = ['dragenter', 'dragover', 'drop'].map((type) =>
      !document.querySelector('${target}').dispatchEvent(
        new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer })))
    return handled.at(-1)
  })()`)
}

describe.skipIf(!browser)(`bad input on the phone page${browserNote}`, () => {
  test('hostile names and texts are shown as text in every column, menu, dialog and panel', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    await bot.login()
    void bot.run()
    await sandbox.online()
    const group = sandbox.group('周末爬山队')
    const friend = sandbox.friend('沈青禾')
    friend.rename(`沈${REVERSE}${SCRIPT}\u0007`)
    group.rename(`山${REVERSE}${SCRIPT}`)
    group.setDisplayName(friend.id, `禾${REVERSE}${SCRIPT}`)
    const texts = [
      SCRIPT,
      `${REVERSE}gnp.exe\u2067\u0000\u0007\u001b[31m`,
      'javascript:window.hit=1 data:text/html,<script>window.hit=1</script>',
      'x'.repeat(10_000),
      '很长'.repeat(5000),
    ]
    for (const text of texts) friend.say(text)
    group.member(friend.id).say(SCRIPT)
    group.member(friend.id).say('说错了').recall()
    friend.send({ kind: 'link', title: SCRIPT, description: 'x'.repeat(10_000), url: 'javascript:window.hit=1' })
    friend.send({ kind: 'location', label: SCRIPT, placeName: REVERSE + SCRIPT })

    const page = await openPage(sandbox.url, { width: 1280 })
    const { keyboard } = page
    const row = page.getByRole('option', { name: /^沈/ })
    await row.first().waitFor()
    await expectHarmless(page)
    await row.first().click()
    await page.getByRole('log').getByText('onerror').last().waitFor()
    await page.getByRole('log').evaluate((log: any) => log.scrollTo(0, 0))
    await page.getByRole('log').getByText('x'.repeat(10_000)).first().waitFor()
    await expectHarmless(page)
    await page.getByRole('button', { name: /的操作$/ }).click()
    await page.getByRole('menuitem', { name: '删除好友' }).click()
    await page.getByRole('alertdialog').waitFor()
    await expectHarmless(page)
    await keyboard.press('Escape')
    await keyboard.press('F2')
    await page.getByRole('dialog').waitFor()
    await expectHarmless(page)
    await keyboard.press('Escape')
    await page.getByRole('tab', { name: '资料' }).click()
    await page.getByRole('complementary', { name: '资料' }).getByText('onerror').first().waitFor()
    await expectHarmless(page)
    await page.getByRole('tab', { name: '线路' }).click()
    await page
      .getByRole('button', { name: /webwxsync/ })
      .last()
      .click()
    await page.getByRole('tab', { name: '响应' }).click()
    await page.getByRole('tabpanel').getByText('onerror').first().waitFor()
    await expectHarmless(page)

    await page.getByRole('option', { name: /^山/ }).click()
    await page.getByRole('log').getByText('撤回了一条消息').waitFor()
    await page
      .getByRole('button', { name: /的身份发言/ })
      .first()
      .click()
    await page.getByRole('dialog').waitFor()
    await expectHarmless(page)
    await keyboard.press('Escape')
    await page.getByRole('textbox', { name: '说点什么' }).pressSequentially('@')
    await page.getByRole('listbox', { name: '提及成员' }).waitFor()
    await expectHarmless(page)
    await page.getByRole('button', { name: /的操作$/ }).click()
    await page.getByRole('menuitem', { name: '群成员…' }).click()
    await page.getByRole('dialog').waitFor()
    await expectHarmless(page)
    await keyboard.press('Escape')
    await page.getByRole('navigation').getByRole('button', { name: '联系人', exact: true }).click()
    await page.getByRole('option', { name: /^沈/ }).first().waitFor()
    await expectHarmless(page)
    sandbox.owner.rename(`陈${REVERSE}${SCRIPT}`)
    const account = page.getByRole('button', { name: /^陈.*机器人在线$/ })
    await account.click()
    await page.getByRole('dialog', { name: /^陈/ }).waitFor()
    await expectHarmless(page)
    expect(await account.getAttribute('aria-label')).not.toContain(REVERSE)
  })

  test('empty and huge files are refused beside the tray, and the page can still be used', async () => {
    const sandbox = await sandboxFor()
    const page = await openPage(sandbox.url)
    await page.getByRole('button', { name: '先看聊天' }).click()
    await page.getByRole('option', { name: /^小满/ }).click()
    const friend = sandbox.friend('小满')
    const before = friend.messages.length
    expect(await drop(page, 'main', { '空.txt': 0, '很大.bin': 300 })).toBe(true)
    const problems = page.locator('.composer').getByRole('alert')
    await problems.getByText('空.txt 是空文件').waitFor()
    await problems.getByText(/^很大\.bin .*35 MB/).waitFor()
    expect(await page.getByRole('list', { name: '待发送的文件' }).count()).toBe(0)

    // A usable file among them is kept, and what is refused is not sent.
    await drop(page, 'main', { '空.txt': 0, '可以.bin': 1 })
    await page.getByText('可以.bin').waitFor()
    const field = page.getByRole('textbox', { name: '说点什么' })
    await field.fill('还能用')
    await field.press('Enter')
    await page.getByRole('log').getByText('还能用').waitFor()
    expect(friend.messages.slice(before).map(({ text }) => text)).toEqual(['可以.bin', '还能用'])

    // A file that misses the chat does not replace the page.
    expect(await drop(page, '.list', { '很大.bin': 300 })).toBe(true)
    expect(friend.messages).toHaveLength(before + 2)
  })
})
