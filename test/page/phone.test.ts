import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TEXT } from 'itchat'
import { startSandbox } from 'itchat/sandbox'
import { afterAll, describe, expect, test } from 'vitest'
import { botFor, sandboxFor } from '../support/bot.js'
import { browser, browserNote } from '../support/browser.js'
import { openPage } from '../support/open-page.js'

afterAll(() => browser?.close())

describe.skipIf(!browser)(`the phone page${browserNote}`, () => {
  test('scans the QR code, confirms the login, sends a message as a friend, and shows the reply', async () => {
    const sandbox = await sandboxFor({ autoLogin: false })
    const bot = botFor(sandbox)
    bot.msgRegister(TEXT, (msg) => `I received: ${msg.text}`)
    const page = await openPage(sandbox.url)
    const login = bot.login()
    await page.getByRole('button', { name: '扫一扫' }).click()
    await page.getByRole('button', { name: '确认登录' }).click()
    await login
    void bot.run()
    await page.getByRole('option', { name: /^小满/ }).click()
    const box = page.getByRole('textbox', { name: /说|消息/ })
    await box.fill('在吗 <b>粗体</b> 😄')
    await box.press('Enter')
    const log = page.getByRole('log')
    await log.getByText('I received: 在吗 <b>粗体</b> 😄').waitFor()
    expect(await log.getByText('机器人').count()).toBeGreaterThan(0)
    expect(await page.locator('b').count()).toBe(0)
    expect(sandbox.warnings).toEqual([])
  })

  test('sends a mention in a group, and the bot answers only that message', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    bot.msgRegister(TEXT, { isGroupChat: true }, (msg) => (msg.isAt ? `answer: ${msg.text}` : undefined))
    await bot.login()
    void bot.run()
    const page = await openPage(sandbox.url)
    await page.getByRole('option', { name: /^周末爬山队/ }).click()
    const box = page.getByRole('textbox', { name: /说|消息/ })
    await box.fill('大家好')
    await box.press('Enter')
    await box.pressSequentially('@一舟')
    await page.getByRole('option', { name: /一舟/ }).first().click()
    await box.pressSequentially('天气怎么样？')
    await box.press('Enter')
    const answer = await sandbox.group('周末爬山队').nextMessage()
    expect(answer.text).toMatch(/^answer: @一舟\u2005天气怎么样？$/)
    await page.getByRole('log').getByText('answer: @一舟').waitFor()
    expect(sandbox.group('周末爬山队').unread).toEqual([])
  })

  test('sends a message as the account, from its phone', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    bot.msgRegister(TEXT, (msg) => `done: ${msg.text}`)
    await bot.login()
    void bot.run()
    const page = await openPage(sandbox.url, { locale: 'en-US', colorScheme: 'dark' })
    await page.getByRole('option', { name: /^文件传输助手|^File/ }).click()
    const box = page.getByRole('textbox', { name: /Say|Message/i })
    await box.fill('status')
    await box.press('Enter')
    await page.getByRole('log').getByText('done: status').waitFor()
  })

  test('explains what to do when the sandbox has stopped, and connects to the next one', async () => {
    const sandbox = await sandboxFor()
    const page = await openPage(sandbox.url)
    await page.getByRole('button', { name: '先看聊天' }).click()
    await page.getByText('还没有程序连接').waitFor()
    await sandbox.close()
    await page.getByText('与沙盒的连接已断开').waitFor()
    await page.getByText('重新运行（npm start 或 npx itchat sandbox）').waitFor()
    await using again = await startSandbox({ port: Number(new URL(sandbox.url).port) })
    await page.getByText(`运行一个程序（ITCHAT_BASE_URL=${again.url}）`).waitFor()
  })

  test('logs the bot out, explains how to log in again, and accepts the next login', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    await bot.login()
    const ended = bot.run()
    const page = await openPage(sandbox.url, { locale: 'en-US' })
    await page.getByRole('button', { name: /bot online$/ }).click()
    await page.getByRole('button', { name: 'Log the bot out on the phone' }).click()
    await page.getByRole('button', { name: 'Log out', exact: true }).click()
    await ended
    await page.getByText('The bot was logged out on the phone (1100).').waitFor()
    await page.getByText(`Run it again (ITCHAT_BASE_URL=${sandbox.url}), and its QR code will appear here.`).waitFor()
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.getByRole('button', { name: 'Copy the command' }).click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(`ITCHAT_BASE_URL=${sandbox.url} node bot.js`)
    const again = botFor(sandbox)
    const login = again.login()
    await page.getByRole('button', { name: /bot online$|bot is starting$/ }).waitFor()
    await login
  })

  test('copies without the clipboard of the browser, which pages on another device do not have', async () => {
    const sandbox = await sandboxFor()
    const page = await openPage(sandbox.url, { locale: 'en-US' })
    await page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    await page.getByRole('button', { name: 'See the chats first' }).click()
    const opener = page.getByRole('button', { name: 'Copy the command' })
    await opener.click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    await page.getByRole('option', { name: /^小满/ }).click()
    const box = page.getByRole('textbox', { name: 'Say something' })
    await box.press('Control+v')
    expect(await box.inputValue()).toBe(`ITCHAT_BASE_URL=${sandbox.url} node bot.js`)
    await box.fill('two\nlines')
    await box.press('Enter')
    await page.getByRole('article', { name: /two/ }).locator('.bubble').click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Copy text' }).click()
    await box.press('Control+v')
    expect(await box.inputValue()).toBe('two\nlines')
  })

  test('records a transcript, which can be downloaded, and shows the files that are recorded to', async () => {
    const sandbox = await sandboxFor()
    const recording = sandbox.record(join(mkdtempSync(join(tmpdir(), 'recording-')), 'order.transcript'))
    const page = await openPage(sandbox.url, { locale: 'en-US' })
    await page.getByRole('button', { name: 'See the chats first' }).click()
    await page.getByRole('button', { name: 'Transcript, recording' }).click()
    const panel = page.getByRole('dialog', { name: 'Transcript' })
    await panel.getByText('Recording to order.transcript').waitFor()
    await recording.close()
    await page.getByRole('button', { name: 'Transcript', exact: true }).waitFor()
    await panel.getByRole('button', { name: 'Record' }).press('Enter')
    await panel.getByText('Recording since').waitFor()
    // The button keeps the focus, so that Escape can close the panel.
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Transcript, recording' }).click()
    sandbox.friend('小满').say('recorded')
    await panel.getByRole('button', { name: 'Stop' }).click()
    await panel.getByText('Recorded 3 lines').waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      panel.getByRole('link', { name: 'Download' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('sandbox.transcript')
    expect(readFileSync(await download.path(), 'utf8')).toContain('"text":"recorded"')
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
  })

  test('finds a message that is far back in a chat, with the keyboard alone', async () => {
    const sandbox = await sandboxFor({ floodLimit: false })
    const friend = sandbox.friend('小满')
    friend.say('第一颗针')
    for (let n = 0; n < 230; n++) friend.say(`干草 ${n}`)
    friend.say('第二颗针')
    const page = await openPage(sandbox.url)
    await page.getByRole('button', { name: '先看聊天' }).click()
    await page.getByRole('option', { name: /^小满/ }).click()
    await page.getByRole('log').getByText('第二颗针').waitFor()
    await page.keyboard.press('Control+f')
    await page.keyboard.type('颗针')
    const search = page.getByRole('search')
    await search.getByText('1/1').waitFor()
    await page.keyboard.press('Enter')
    await search.getByText('2/2').waitFor()
    await page.getByRole('log').getByText('第一颗针').waitFor()
    await page.keyboard.press('Shift+Enter')
    await search.getByText('1/2').waitFor()
    await page.getByRole('log').getByText('第二颗针').waitFor()
    await page.keyboard.press('Escape')
    await search.waitFor({ state: 'detached' })
  })

  test('keeps saying that the previous QR code was cancelled', async () => {
    const sandbox = await sandboxFor({ autoLogin: false })
    const page = await openPage(sandbox.url)
    const bot = botFor(sandbox)
    const login = bot.login({ qrCallback() {} }).catch(() => {})
    await page.getByRole('button', { name: '扫一扫' }).click()
    await page.getByRole('button', { name: '取消' }).click()
    await page.getByText('上一张二维码已在手机上取消').waitFor()
    await page.getByRole('button', { name: '扫一扫' }).waitFor()
    await bot.close()
    await login
  })

  test('does not scan when the link in the QR code is opened', async () => {
    const sandbox = await sandboxFor({ autoLogin: false })
    const bot = botFor(sandbox)
    const login = bot.login().catch(() => {})
    const page = await openPage(`${sandbox.url}/l/${await sandbox.phone.waiting()}`)
    await page.getByRole('button', { name: '扫一扫' }).waitFor()
    expect(sandbox.phone.login.state).toBe('waitingForScan')
    await bot.close()
    await login
  })
})
