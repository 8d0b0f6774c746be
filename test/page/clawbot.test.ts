import { randomBytes } from 'node:crypto'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { IlinkClient } from '../sandbox/support/ilink-client.js'
import { sandboxFor } from '../support/bot.js'
import { browser, browserNote } from '../support/browser.js'
import { openPage } from '../support/open-page.js'

afterAll(() => browser?.close())

const ENGLISH = { locale: 'en-US' }

/** Opens the ClawBot chat with a program that is bound and has announced its start. */
async function boundPage(options: { locale?: string; width?: number; colorScheme?: 'light' | 'dark' } = ENGLISH) {
  const sandbox = await sandboxFor()
  const program = await new IlinkClient(sandbox.url).login()
  await program.start()
  const page = await openPage(`${sandbox.url}/?phone=clawbot`, options)
  await page.getByRole('log').waitFor()
  return { sandbox, program, page }
}

/** Polls until the owner has written. */
async function received(program: IlinkClient) {
  const { json } = await program.poll()
  return json.msgs[0].item_list[0]
}

async function write(page: Page, text: string): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Say something' })
  await field.fill(text)
  await field.press('Enter')
}

describe.skipIf(!browser)(`the ClawBot half of the page${browserNote}`, () => {
  test('binds a program with a verify code, shows wrong codes, and carries the chat both ways', async () => {
    const sandbox = await sandboxFor({ autoLogin: false })
    const page = await openPage(`${sandbox.url}/?phone=clawbot`)
    await page.getByText(`ITCHAT_TRANSPORT=ilink ITCHAT_BASE_URL=${sandbox.url}`).waitFor()
    await page.getByRole('button', { name: '要求验证码' }).click()
    await page.getByText('下一次扫码会要求验证码').waitFor()
    const program = new IlinkClient(sandbox.url)
    await program.requestQr()
    await page.getByRole('button', { name: '扫一扫' }).click()
    const code = (await page.locator('.verify-code').textContent()) ?? ''
    expect(code).toMatch(/^\d{6}$/)
    const wrong = code === '000000' ? '111111' : '000000'
    expect((await program.status(wrong)).json.status).toBe('need_verifycode')
    await page.getByText('输错 1 次，还可尝试 2 次').waitFor()
    expect((await program.status(code)).json.status).toBe('scaned')
    await page.getByRole('button', { name: '连接' }).click()
    program.take(await program.status())
    await program.start()

    const field = page.getByRole('textbox', { name: '说点什么' })
    await field.fill('在吗 **粗体**')
    await field.press('Enter')
    expect(await received(program)).toMatchObject({ type: 1, text_item: { text: '在吗 **粗体**' } })
    const { json } = await program.post('getconfig', { ilink_user_id: program.userId })
    const ticket = { ilink_user_id: program.userId, typing_ticket: json.typing_ticket }
    await program.post('sendtyping', { ...ticket, status: 1 })
    await page.getByText('ClawBot 正在输入…').waitFor()
    await program.post('sendtyping', { ...ticket, status: 2 })
    await program.send('收到 <b>你好</b>')
    await page.getByRole('article', { name: /^ClawBot，收到 <b>你好<\/b>/ }).waitFor()
    await page.getByText('ClawBot 正在输入…').waitFor({ state: 'detached' })
    await page.getByText('剩 9/10').waitFor()
    expect(await page.locator('b').count()).toBe(0)
    await program.post('msg/notifystop')
    await page.getByText('ClawBot 暂时无法连接').waitFor()
    expect(sandbox.warnings).toEqual([])
  })

  test('quotes the selected part of a message, and sends a voice message with a transcript', async () => {
    const { sandbox, program, page } = await boundPage()
    await write(page, 'hello')
    await received(program)
    await program.send('At noon, at the gate:\nsouth-facing, tremendous')
    const bubble = page.getByRole('log').getByText('At noon, at the gate:')
    // Double-clicks the first word of the second line, which selects it.
    const position = { x: 20, y: 41 }
    await bubble.dblclick({ position })
    await bubble.click({ position, button: 'right' })
    await page.getByRole('menuitem', { name: 'Quote the selection' }).click()
    await page.getByRole('textbox', { name: 'Reply' }).fill('Which one?')
    await page.getByRole('dialog', { name: 'Quote' }).getByRole('button', { name: 'Send' }).click()
    expect(await received(program)).toMatchObject({
      text_item: { text: 'Which one?' },
      ref_msg: { partial_text: { start: 'south', end: 'south', startindex: 0 } },
    })
    await page.getByText('ClawBot: …south…').waitFor()

    await page.getByRole('button', { name: 'Send a voice message' }).click()
    await page.getByRole('textbox', { name: 'Transcript' }).fill('see you there')
    await page.getByRole('dialog', { name: 'Voice' }).getByRole('button', { name: 'Send' }).click()
    expect(await received(program)).toMatchObject({ type: 3, voice_item: { text: 'see you there' } })
    await page.getByRole('article', { name: /see you there/ }).waitFor()
    expect(sandbox.warnings).toEqual([])
  })

  test('controls the limits, and lists what was accepted but is not shown as sent', async () => {
    const { sandbox, program, page } = await boundPage({ ...ENGLISH, colorScheme: 'dark' })
    await page.getByText('The next send is refused (−2): you have not written yet').waitFor()
    await page.getByRole('button', { name: 'Control the service' }).click()
    const panel = page.getByRole('complementary', { name: 'Service' })
    const press = (name: string) => panel.getByRole('button', { name, exact: true }).click()
    await press('Open the window')
    await page.getByText('10 of 10').waitFor()
    await panel.getByRole('textbox', { name: 'Number of sends to spend' }).fill('8')
    await press('Spend')
    await page.getByText('2 of 10').waitFor()
    expect((await program.send('again', { client_id: '' })).json.ret).toBe(0)
    await panel.getByText('no client_id').waitFor()
    const key = randomBytes(16)
    const { media, size } = await program.upload(Buffer.from('not a picture'), key)
    const rawKey = { ...media, aes_key: key.toString('base64') }
    await program.sendItem({ type: 2, image_item: { media: rawKey, mid_size: size } })
    await page.getByText('Picture unavailable').waitFor()
    await panel.getByText('gray: the key is base64 of 16 bytes').waitFor()
    await page.getByText('The next send is refused (−2): no sends left').waitFor()
    await press('Open the window')
    await press('Shadow')
    await panel.getByRole('button', { name: 'Shadow', pressed: true }).waitFor()
    await program.send('into the void')
    await panel.getByText('into the void').waitFor()
    expect(await page.getByRole('log').getByText('into the void').count()).toBe(0)
    await press('Throttle')
    await page.getByText('The next send is refused (−2): sent too fast').waitFor()
    // There is no QR code that could be scanned: the service refuses with 409.
    await press('Expire the code')
    await panel.getByRole('alert').getByText('Failed: Cannot expire').waitFor()
    await press('Expire the token')
    await page.getByText('The program’s token is no longer valid (−14).').waitFor()
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
    expect(sandbox.clawbot.limits.isShadowed).toBe(true)
  })

  test('shows both halves of one world, each at its own address', async () => {
    const { sandbox, program, page } = await boundPage({ ...ENGLISH, width: 375 })
    await write(page, 'hello')
    await received(program)
    await page.getByRole('link', { name: 'WeChat Web' }).click()
    await page.getByText('No program has connected yet').waitFor()
    expect(new URL(page.url()).search).toBe('')
    await page.getByRole('button', { name: 'See the chats first' }).click()
    expect(await page.getByRole('option', { name: /ClawBot/ }).count()).toBe(0)
    await program.send('while you were away')
    await page.getByRole('link', { name: 'ClawBot, 1 unread' }).click()
    await page.getByRole('log').getByText('New messages').waitFor()
    await page.getByRole('log').getByText('while you were away').waitFor()
    expect(new URL(page.url()).search).toBe('?phone=clawbot')
    await page.reload()
    await page.getByRole('log').getByText('while you were away').waitFor()
    await page.getByRole('button', { name: 'Service' }).click()
    await page.getByRole('complementary', { name: 'Service' }).waitFor()
    const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
    expect(overflow).toBeLessThanOrEqual(0)
    expect(sandbox.lastError).toBeUndefined()
  })

  test('opens the phone at the link in the QR code, and does not scan', async () => {
    const sandbox = await sandboxFor({ autoLogin: false })
    const program = new IlinkClient(sandbox.url)
    const { json } = await program.requestQr()
    const page = await openPage(json.qrcode_img_content, ENGLISH)
    await page.getByRole('button', { name: 'Scan' }).waitFor()
    expect(sandbox.clawbot.login.state).toBe('waiting')
    await page.keyboard.press('s')
    await page.getByText('Connect ClawBot?').waitFor()
    await page.keyboard.press('Escape')
    await page.getByText('Declined on the phone').waitFor()
    expect(sandbox.clawbot.login.state).toBe('declined')
  })
})
