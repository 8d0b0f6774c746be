import { TEXT } from 'itchat'
import { afterAll, describe, expect, test } from 'vitest'
import { botFor, events, sandboxFor } from '../support/bot.js'
import { browser, browserNote } from '../support/browser.js'
import { openPage } from '../support/open-page.js'

afterAll(() => browser?.close())

async function runningBot(sandbox: Awaited<ReturnType<typeof sandboxFor>>) {
  const bot = botFor(sandbox)
  const errors = events(bot, 'error')
  bot.msgRegister(TEXT, (msg) => `I received: ${msg.text}`)
  await bot.login()
  void bot.run()
  await sandbox.online()
  return errors
}

describe.skipIf(!browser)(`the fault panel on the phone page${browserNote}`, () => {
  test('arms a fault that hits the bot once, and disarms another one', async () => {
    const sandbox = await sandboxFor()
    const errors = await runningBot(sandbox)
    const page = await openPage(sandbox.url)
    await page.getByRole('navigation').getByRole('button', { name: '故障' }).click()
    const panel = page.getByRole('complementary', { name: '故障' })
    await panel.getByText('还没有故障').waitFor()

    await panel.getByRole('combobox', { name: '作用于' }).selectOption('webwxsendmsg')
    expect(await panel.getByRole('button', { name: '重复投递' }).isDisabled()).toBe(true)
    await panel.getByRole('spinbutton', { name: '服务器错误，status' }).fill('502')
    await panel.getByRole('button', { name: '服务器错误', exact: true }).click()
    const armed = panel.getByRole('list', { name: '已启用的故障' }).getByRole('listitem')
    expect(await armed.textContent()).toMatch(/服务器错误 502 webwxsendmsg\s*剩 1 次 · 命中 0\/0/)
    expect(sandbox.faults.list).toMatchObject([{ kind: 'status', hits: 0 }])

    sandbox.friend('林小满').say('在吗')
    const struck = panel.getByRole('list', { name: '最近命中' }).getByRole('listitem')
    expect(await struck.first().textContent()).toMatch(/webwxsendmsg\s*服务器错误/)
    await armed.waitFor({ state: 'detached' })
    expect(errors).toHaveLength(1)
    expect(sandbox.faults.list).toEqual([])

    await panel.getByRole('radio', { name: '每次' }).check()
    await panel.getByRole('button', { name: '响应体截断' }).click()
    await panel.getByRole('button', { name: '移除“响应体截断”' }).click()
    await panel.getByText('还没有故障').waitFor()
    expect(sandbox.faults.list).toEqual([])
    expect(sandbox.warnings).toEqual([])
  })

  test('shows how many faults are armed, and opens and closes with the keyboard', async () => {
    const sandbox = await sandboxFor()
    const page = await openPage(sandbox.url, { locale: 'en', width: 390 })
    await page.getByRole('button', { name: 'See the chats first' }).click()
    await page.getByRole('navigation').getByRole('button', { name: 'Faults' }).waitFor()
    sandbox.faults.add({ kind: 'ret', ret: 1205, probability: 0.5, seed: 7 })
    await page.getByRole('status').getByText('1 fault is armed.').waitFor()
    await page.getByRole('navigation').getByRole('button', { name: 'Faults, 1 armed' }).waitFor()
    await page.keyboard.press('i')
    await page.getByRole('complementary', { name: 'Wire' }).waitFor()
    await page.keyboard.press('2')
    const panel = page.getByRole('complementary', { name: 'Faults' })
    await panel.getByText('50% · seed 7 · hit 0 of 0').waitFor()
    expect(
      await panel.evaluate((aside: any) => aside.querySelector('.fault-body').scrollWidth <= aside.clientWidth),
    ).toBe(true)
    await panel.getByRole('button', { name: 'Disarm Rate limited 1205' }).focus()
    await page.keyboard.press('Enter')
    await panel.getByText('No faults yet.').waitFor()
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
    expect(sandbox.faults.list).toEqual([])
  })
})
