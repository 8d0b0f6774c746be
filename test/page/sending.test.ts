import { TEXT } from 'itchat'
import { afterAll, describe, expect, test } from 'vitest'
import { botFor, sandboxFor } from '../support/bot.js'
import { browser, browserNote } from '../support/browser.js'
import { gate } from '../support/gate.js'
import { openPage } from '../support/open-page.js'

afterAll(() => browser?.close())

/** Requests that send a message from the page. */
const SAY = /\/messages\?account=1$/

async function openChat(url: string) {
  const page = await openPage(url, { width: 1280 })
  const chat = page.getByRole('option', { name: /^沈青禾/ })
  const showChats = page.getByRole('button', { name: '先看聊天' })
  await chat.or(showChats).first().waitFor()
  if (await showChats.isVisible()) await showChats.click()
  await chat.click()
  const field = page.getByRole('textbox', { name: '说点什么' })
  await field.waitFor()
  return { page, field, log: page.getByRole('log') }
}

describe.skipIf(!browser)(`messages that are not sent on the phone page${browserNote}`, () => {
  test('a refused message of the bot is shown with its code and its request, until a retry is accepted', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    bot.on('error', () => {})
    bot.msgRegister(TEXT, (msg) => `收到${msg.text}`)
    await bot.login()
    void bot.run()
    await sandbox.online()
    const { page, log } = await openChat(sandbox.url)
    const friend = sandbox.friend('沈青禾')
    sandbox.faults.add({ kind: 'ret', ret: 1204, path: 'webwxsendmsg' })
    friend.say('一')
    const refused = log.getByRole('article', { name: /收到一，发送失败：不是好友（1204）/ })
    await refused.waitFor()
    await refused.locator('.bubble-place').click()
    const joined = page.locator('.wire-row.joined')
    await joined.filter({ hasText: '1204' }).waitFor()
    expect(await joined.count()).toBe(1)
    expect(await refused.getAttribute('aria-current')).toBe('true')
    expect(await refused.getByRole('button').count()).toBe(0)

    await page.reload()
    await refused.waitFor()
    sandbox.faults.add({ kind: 'ret', ret: 1205, path: 'webwxsendmsg' })
    friend.say('二')
    const retried = log.getByRole('article', { name: /收到二/ })
    await retried.getByText('第 2 次发送成功，此前：操作太频繁（1205）').waitFor()
    expect(await retried.count()).toBe(1)
    await retried.locator('.bubble-place').click()
    await joined.nth(1).waitFor()
    expect(await joined.locator('.wire-tag').allTextContents()).toEqual(['1205', '200'])
    expect((await friend.nextMessage()).text).toBe('收到二')
  })

  test('a text that fails is kept before what has been typed in the meantime, and can be sent again', async () => {
    const sandbox = await sandboxFor()
    const { page, field } = await openChat(sandbox.url)
    const { open, opened } = gate()
    await page.route(SAY, async (route) => {
      await opened
      await route.abort()
    })
    await field.fill('第一句')
    await field.press('Enter')
    await field.fill('第二句')
    open()
    await page.getByRole('alert').getByText('发送失败：沙盒没有响应').waitFor()
    expect(await field.inputValue()).toBe('第一句\n第二句')
    await page.unroute(SAY)
    await page.getByRole('button', { name: '重新发送' }).click()
    await page
      .getByRole('log')
      .getByRole('article', { name: /第一句\s第二句/ })
      .waitFor()
    expect(await page.getByRole('main').getByRole('button', { name: '发送', exact: true }).isDisabled()).toBe(true)
    expect(sandbox.friend('沈青禾').messages.at(-1)?.text).toBe('第一句\n第二句')
  })

  test('a file that is being sent can be cancelled and stays in the tray', async () => {
    const sandbox = await sandboxFor()
    const { page, field } = await openChat(sandbox.url)
    const friend = sandbox.friend('沈青禾')
    const before = friend.messages.length
    await page.route(SAY, () => {})
    await page
      .locator('input[type=file]')
      .last()
      .setInputFiles({ name: '报告.txt', mimeType: 'text/plain', buffer: Buffer.from('text') })
    await field.press('Enter')
    const tray = page.getByRole('list', { name: '待发送的文件' })
    await tray.getByText('正在发送…').waitFor()
    await tray.getByRole('button', { name: '取消发送' }).click()
    await tray.getByRole('button', { name: '移除 报告.txt' }).waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
    expect(friend.messages.length).toBe(before)
    await page.unroute(SAY)
    await field.press('Enter')
    await page
      .getByRole('log')
      .getByRole('article', { name: /报告\.txt/ })
      .waitFor()
    await tray.waitFor({ state: 'detached' })
  })
})
