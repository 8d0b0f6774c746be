import itchat, { INCOME_MSG, UNKNOWN } from 'itchat'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { botFor, sandboxFor } from '../support/bot.js'
import { browser, browserNote } from '../support/browser.js'
import { openPage } from '../support/open-page.js'

afterAll(() => browser?.close())

/** Chooses a kind from the menu and sends its sample. */
async function sendSample(page: Page, kind: string) {
  await page.getByRole('textbox', { name: '说点什么' }).focus()
  await page.keyboard.press('Alt+k')
  await page.getByRole('menuitem', { name: kind, exact: true }).click()
  const form = page.getByRole('dialog')
  await form.getByRole('button', { name: /^发送|^发出/ }).click()
  await form.waitFor({ state: 'hidden' })
}

describe.skipIf(!browser)(`message kinds on the phone page${browserNote}`, () => {
  test('reach the bot as messages of the matching type', async () => {
    const sandbox = await sandboxFor({ floodLimit: false })
    const bot = botFor(sandbox)
    bot.msgRegister([...INCOME_MSG.filter((type) => type !== 'System'), UNKNOWN], (msg) => `type ${msg.type}`)
    await bot.login()
    void bot.run()
    const page = await openPage(sandbox.url)
    await page.getByRole('option', { name: /^小满/ }).click()
    const friend = sandbox.friend('小满')
    for (const [kind, type] of [
      ['图片', 'Picture'],
      ['语音', 'Recording'],
      ['视频', 'Video'],
      ['文件', 'Attachment'],
      ['表情', 'Picture'],
      ['位置', 'Map'],
      ['名片', 'Card'],
      ['链接', 'Sharing'],
      ['音乐', 'Sharing'],
      ['小程序', 'Sharing'],
      ['红包', 'Note'],
      ['转账', 'Note'],
      ['引用', 'Sharing'],
    ] as const) {
      await sendSample(page, kind)
      expect((await friend.nextMessage()).text, kind).toBe(`type ${type}`)
    }
    await page.getByRole('log').getByText('type Note').first().waitFor()
    expect(sandbox.warnings).toEqual([])
  })

  test('can be recalled, and the anti-recall example reports the recall to the file helper', async () => {
    const sandbox = await sandboxFor()
    vi.stubEnv('ITCHAT_BASE_URL', sandbox.url)
    vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    const running = import('../../examples/recipes/anti-recall.js')
    await sandbox.online()
    const page = await openPage(sandbox.url)
    await page.getByRole('option', { name: /^小满/ }).click()
    const box = page.getByRole('textbox', { name: '说点什么' })
    await box.fill('说错了')
    await box.press('Enter')
    const article = page.getByRole('article', { name: /说错了/ })
    await article.click({ button: 'right' })
    await page.getByRole('menuitem', { name: '撤回' }).click()
    await page.getByRole('log').getByText('撤回了一条消息').waitFor()
    await page.getByRole('option', { name: /^文件传输助手/ }).click()
    await page.getByRole('log').getByText('小满 撤回了 Text 消息').waitFor()
    await itchat.close()
    await running
    vi.unstubAllEnvs()
    vi.restoreAllMocks()
  })

  test('show hostile file names as text', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    await bot.login()
    const to = bot.searchFriends({ name: '小满' })[0]?.UserName
    const page = await openPage(sandbox.url)
    await page.getByRole('option', { name: /^小满/ }).click()
    await bot.sendFile(Buffer.from('<script>alert(1)</script>'), to, { name: '<img src=x onerror=alert(1)>.html' })
    await page.getByRole('log').locator('.file-name', { hasText: 'onerror' }).waitFor()
    expect(await page.locator('img[src="x"]').count()).toBe(0)
  })
})
