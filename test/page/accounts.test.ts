import { TEXT } from 'itchat'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { startSandbox } from '../../src/sandbox/index.js'
import { IlinkClient } from '../sandbox/support/ilink-client.js'
import { botFor, sandboxFor } from '../support/bot.js'
import { browser, browserNote } from '../support/browser.js'
import { openPage } from '../support/open-page.js'

afterAll(() => browser?.close())

const ENGLISH = { locale: 'en-US' }

/** Starts a bot for the next account that is free. */
async function echoBot(sandbox: { url: string }) {
  const bot = botFor(sandbox)
  bot.msgRegister(TEXT, (msg) => `${bot.searchFriends().NickName} received ${msg.text}`)
  await bot.login()
  void bot.run()
  return bot
}

function accountLink(page: Page, name: string) {
  return page.getByRole('link', { name: new RegExp(`^Switch to ${name}`) })
}

describe.skipIf(!browser)(`several accounts on the phone page${browserNote}`, () => {
  test('are added and shown without a mouse, and a program logs in to the one that scans', async () => {
    const sandbox = await sandboxFor({ autoLogin: false, world: 'en' })
    const page = await openPage(sandbox.url, ENGLISH)
    await page.getByRole('button', { name: 'See the chats first' }).click()
    await page.getByRole('button', { name: 'Add an account' }).focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(`${sandbox.url}/?account=2`)
    const [, second] = sandbox.accounts
    expect(second?.owner.name).toBe('Robin Hale')
    // The focus stays with the accounts although the button is gone.
    await page.locator('a[aria-current=true]:focus').waitFor()
    expect(await page.locator('a[aria-current=true]').getAttribute('aria-label')).toBe('Robin Hale, not logged in')

    const login = botFor(sandbox).login({ qrCallback() {} })
    await accountLink(page, 'Alex Carter, waiting for a scan').waitFor()
    await page.getByRole('button', { name: 'Scan' }).click()
    await accountLink(page, 'Alex Carter, not logged in').waitFor()
    await page.getByRole('button', { name: 'Confirm' }).click()
    await login
    expect([sandbox.session, second?.session?.endCode]).toEqual([undefined, undefined])
    expect(second?.session).toBeDefined()
    await page.getByRole('button', { name: /^Robin Hale/ }).waitFor()
    await accountLink(page, 'Alex Carter').focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(`${sandbox.url}/`)
    await accountLink(page, 'Robin Hale, logged in').waitFor()
  })

  test('have their own chats, drafts, faults and requests, and the address survives a reload', async () => {
    const sandbox = await sandboxFor({ world: 'en' })
    const second = sandbox.addAccount()
    await echoBot(sandbox)
    await echoBot(sandbox)
    await Promise.all(sandbox.accounts.map((account) => account.online()))
    const page = await openPage(sandbox.url, ENGLISH)
    await page.getByRole('option', { name: /^Maya/ }).click()
    const field = page.getByRole('textbox', { name: 'Say something' })
    await field.fill('hello')
    await field.press('Enter')
    const log = page.getByRole('log')
    await log.getByText('Alex Carter received hello').waitFor()
    await field.fill('a draft')

    await accountLink(page, 'Robin Hale').click()
    await page.waitForURL(`${sandbox.url}/?account=2`)
    await page.locator('button.account-button:focus').waitFor()
    await page.getByRole('option', { name: /^Maya/ }).click()
    expect(await field.inputValue()).toBe('')
    await field.fill('picture next')
    await field.press('Enter')
    await log.getByText('Robin Hale received picture next').waitFor()
    expect(await log.getByText('Alex Carter').count()).toBe(0)
    second.friend('Maya').send({ kind: 'image' })
    const picture = log.locator('img')
    await picture.waitFor()
    await expect.poll(() => picture.evaluate((image: any) => image.naturalWidth)).toBeGreaterThan(0)
    second.faults.add({ kind: 'delay', ms: 1, path: 'webwxinit' })
    await page.getByText('1 fault').first().waitFor()
    await field.fill('another draft')

    await page.reload()
    await log.getByText('Robin Hale received picture next').waitFor()
    expect(await field.inputValue()).toBe('another draft')
    await accountLink(page, 'Alex Carter').click()
    await log.getByText('Alex Carter received hello').waitFor()
    expect(await field.inputValue()).toBe('a draft')
    expect(await page.getByText('1 fault').count()).toBe(0)
  })

  test('apply to the ClawBot as well', async () => {
    const sandbox = await sandboxFor({ world: 'en' })
    const second = sandbox.addAccount()
    const programs = [await new IlinkClient(sandbox.url).login(), await new IlinkClient(sandbox.url).login()]
    for (const program of programs) await program.start()
    const page = await openPage(`${sandbox.url}/?phone=clawbot&account=2`, ENGLISH)
    const field = page.getByRole('textbox', { name: 'Say something' })
    await field.fill('to the second bot')
    await field.press('Enter')
    const { json } = (await programs[1]?.poll()) ?? {}
    expect(json.msgs[0].from_user_id).toBe(second.clawbot.userId)
    await accountLink(page, 'Alex Carter, logged in').click()
    await page.waitForURL(`${sandbox.url}/?phone=clawbot`)
    await page.getByRole('log').getByText('to the second bot').waitFor({ state: 'detached' })
    await page
      .getByRole('link', { name: /^WeChat/ })
      .or(page.getByRole('link', { name: /^Web/ }))
      .first()
      .click()
    await accountLink(page, 'Robin Hale').click()
    await page.waitForURL(`${sandbox.url}/?account=2`)
  })

  test('are in the account menu of a narrow page', async () => {
    const sandbox = await sandboxFor({ world: 'en' })
    await echoBot(sandbox)
    await sandbox.online()
    const page = await openPage(sandbox.url, { ...ENGLISH, width: 390, height: 844, isTouch: true })
    await page.getByRole('button', { name: /^Alex Carter/ }).click()
    await page.getByRole('dialog', { name: 'Alex Carter' }).getByRole('button', { name: 'Add an account' }).click()
    await page.waitForURL(`${sandbox.url}/?account=2`)
    await accountLink(page, 'Alex Carter').click()
    await page.waitForURL(`${sandbox.url}/`)
    await page.getByRole('button', { name: /^Alex Carter/ }).click()
    await page.getByRole('link', { name: 'Robin Hale not logged in' }).waitFor()
  })

  test('do not cover the other controls of the login screen when there are many', async () => {
    const sandbox = await sandboxFor({ world: 'en' })
    for (let count = 1; count < 9; count++) sandbox.addAccount()
    const page = await openPage(sandbox.url, { ...ENGLISH, width: 1280 })
    const row = await page.locator('.account-row').boundingBox()
    const halves = await page.getByRole('navigation', { name: 'Connection' }).boundingBox()
    const title = await page.locator('.login-head strong').boundingBox()
    if (!row || !halves || !title) throw new Error('The login screen has no head.')
    expect(row.y).toBeGreaterThanOrEqual(halves.y + halves.height)
    expect(title.height).toBeLessThan(30)
  })

  test('that no longer exist after a restart of the sandbox give way to the first one', async () => {
    const before = await startSandbox({ port: 0, world: 'en' })
    before.addAccount()
    const page = await openPage(`${before.url}/?account=2`, ENGLISH)
    await accountLink(page, 'Alex Carter').waitFor()
    await before.close()
    await using _after = await startSandbox({ port: Number(new URL(before.url).port), world: 'en' })
    await page.waitForURL(`${before.url}/`)
    await page.getByRole('heading', { name: 'No program has connected yet' }).waitFor()
    expect(await accountLink(page, '').count()).toBe(0)
  })
})
