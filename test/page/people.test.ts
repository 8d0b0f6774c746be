import { FRIENDS, type Message, NOTE } from 'itchat'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { botFor, nextEvent, sandboxFor } from '../support/bot.js'
import { browser, browserNote } from '../support/browser.js'
import { openPage } from '../support/open-page.js'

afterAll(() => browser?.close())

/** Starts a bot; `nextContacts` waits for its next `contacts` event. */
async function runningBot(sandbox: { url: string }) {
  const bot = botFor(sandbox)
  await bot.login()
  void bot.run()
  const nextContacts = () => new Promise<void>((resolve) => bot.on('contacts', () => resolve()))
  return { bot, nextContacts }
}

const isFocused = (element: any) => element === element.ownerDocument.activeElement

async function openMenu(page: Page, name: RegExp) {
  await page.getByRole('option', { name }).click()
  await page
    .getByRole('main')
    .getByRole('button', { name: /的操作$/ })
    .click()
  return page.getByRole('menu')
}

describe.skipIf(!browser)(`managing people on the phone page${browserNote}`, () => {
  test('sends a friend request, which the bot accepts with a greeting', async () => {
    const sandbox = await sandboxFor()
    const { bot } = await runningBot(sandbox)
    bot.msgRegister(FRIENDS, async (msg) => {
      const { request } = msg as Message
      await bot.addFriend(request as NonNullable<typeof request>)
      return '很高兴认识你'
    })
    const page = await openPage(sandbox.url)
    await page.getByRole('navigation').getByRole('button', { name: '联系人', exact: true }).click()
    await page.getByRole('button', { name: '好友请求' }).click()
    const dialog = page.getByRole('dialog', { name: '向账号发送好友请求' })
    await dialog.getByRole('combobox', { name: '申请人' }).selectOption({ label: '许知远' })
    await dialog.getByRole('textbox', { name: '验证消息' }).fill('我是知远')
    await dialog.getByRole('button', { name: '发送' }).click()
    const log = page.getByRole('log')
    await log.getByText('很高兴认识你').waitFor()
    await log.getByText('你已添加了许知远').waitFor()
    await page.getByRole('textbox', { name: '说点什么' }).waitFor()
    expect(sandbox.friend('许知远').isContact).toBe(true)
    expect(bot.searchFriends({ nickName: '许知远' })).toHaveLength(1)
    expect(sandbox.warnings).toEqual([])
  })

  test('renames a group, and the bot emits a contacts event', async () => {
    const sandbox = await sandboxFor()
    const { bot } = await runningBot(sandbox)
    const page = await openPage(sandbox.url)
    const menu = await openMenu(page, /^周末爬山队/)
    await menu.getByRole('menuitem', { name: '修改群名…' }).click()
    const dialog = page.getByRole('dialog', { name: /^周末爬山队.*的资料$/ })
    const field = dialog.getByRole('textbox', { name: '群名', exact: true })
    expect(await field.evaluate(isFocused)).toBe(true)
    await field.fill('周日爬山队')
    await dialog.getByRole('combobox', { name: '修改人' }).selectOption({ label: '马骁' })
    const change = nextEvent(bot, 'contacts')
    await dialog.getByRole('button', { name: '修改群名' }).click()
    const { renamed, removed } = await change
    expect(renamed.map(({ from, to }) => [from, to])).toEqual([['周末爬山队 ⛰️', '周日爬山队']])
    expect(removed).toEqual([])
    expect(bot.searchChatrooms({ name: '周日爬山队' })).toEqual([renamed[0]?.contact])
    expect(bot.searchChatrooms({ name: '周末爬山队' })).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('log').getByText('"老马"修改群名为“周日爬山队”').waitFor()
    await page.getByRole('heading', { name: '周日爬山队' }).waitFor()
    await page.getByRole('option', { name: /^周日爬山队/ }).waitFor()
    expect(sandbox.warnings).toEqual([])
  })

  test('adds and removes group members, and sets a group nickname', async () => {
    const sandbox = await sandboxFor()
    const { nextContacts } = await runningBot(sandbox)
    const group = sandbox.group('周末爬山队')
    const page = await openPage(sandbox.url)
    const menu = await openMenu(page, /^周末爬山队/)
    await menu.getByRole('menuitem', { name: '群成员…' }).click()
    const dialog = page.getByRole('dialog')
    const event = nextContacts()
    await dialog.getByRole('combobox', { name: '添加成员' }).selectOption({ label: '宋时雨（房东）' })
    await dialog.getByRole('button', { name: '添加' }).click()
    await event
    const remove = dialog.getByRole('button', { name: '把宋时雨（房东）移出群聊' })
    await remove.waitFor()
    expect(group.memberIds).toContain(sandbox.friend('宋时雨').id)
    await remove.click()
    await remove.waitFor({ state: 'detached' })
    expect(group.memberIds).not.toContain(sandbox.friend('宋时雨').id)
    await dialog.getByRole('textbox', { name: '群昵称', exact: true }).fill('小舟')
    await dialog.getByRole('button', { name: '保存' }).click()
    await dialog.getByText('群昵称：小舟').waitFor()
    expect(group.member('小舟').id).toBe(sandbox.owner.id)
  })

  test('renames a friend with F2, opens the chat on the phone, and deletes the friend after confirmation', async () => {
    const sandbox = await sandboxFor()
    const { nextContacts } = await runningBot(sandbox)
    const page = await openPage(sandbox.url)
    const row = page.getByRole('option', { name: /^沈青禾/ })
    await row.click()
    const event = nextContacts()
    await row.press('F2')
    const field = page.getByRole('dialog', { name: '修改沈青禾的昵称' }).getByRole('textbox', { name: '新昵称' })
    await field.fill('青禾二')
    await field.press('Enter')
    await event
    const renamed = page.getByRole('option', { name: /^青禾二/ })
    await renamed.click({ button: 'right' })
    await page.getByRole('menuitem', { name: '在手机上打开（机器人会收到 Uin）' }).click()
    const toast = page.getByRole('status').getByText('已在手机上打开青禾二')
    await toast.waitFor()
    const composer = await page.locator('.composer').boundingBox()
    const box = await toast.boundingBox()
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(composer?.y ?? 0)
    await renamed.press('Shift+F10')
    await page.getByRole('menuitem', { name: '删除好友' }).click()
    const question = page.getByRole('alertdialog', { name: /^删除青禾二/ })
    expect(await question.getByRole('button', { name: '取消' }).evaluate(isFocused)).toBe(true)
    await question.getByRole('button', { name: '删除', exact: true }).click()
    await page.getByRole('button', { name: '发送好友请求' }).waitFor()
    expect(sandbox.friend('青禾二').isContact).toBe(false)
  })

  test('adds a friend, and a member who speaks in a group', async () => {
    const sandbox = await sandboxFor()
    const { bot, nextContacts } = await runningBot(sandbox)
    const page = await openPage(sandbox.url)
    const event = nextContacts()
    await page.getByRole('button', { name: '新建联系人' }).click()
    const dialog = page.getByRole('dialog', { name: '新建联系人' })
    await dialog.getByRole('textbox', { name: '昵称' }).fill('新朋友')
    await page.keyboard.press('Enter')
    await event
    expect(bot.searchFriends({ nickName: '新朋友' })).toHaveLength(1)
    await page.getByRole('heading', { level: 1, name: '新朋友' }).waitFor()

    await page.getByRole('option', { name: /^周末爬山队/ }).click()
    await page
      .getByRole('button', { name: /的身份发言/ })
      .first()
      .click()
    await page.getByRole('button', { name: '新建联系人，并加入本群' }).click()
    const member = page.getByRole('dialog', { name: '新建联系人，并加入本群' })
    await member.getByRole('textbox', { name: '昵称' }).fill('路人')
    await page.keyboard.press('Enter')
    await member.waitFor({ state: 'detached' })
    const field = page.getByRole('textbox', { name: '说点什么' })
    await field.fill('大家好')
    await field.press('Enter')
    await page.getByRole('article', { name: /^路人，大家好/ }).waitFor()
    expect(sandbox.group('周末爬山队').memberIds).toContain(sandbox.friend('路人').id)
    expect(sandbox.warnings).toEqual([])
  })

  test('shows a contact as the bot sees it, and marks what has just changed', async () => {
    const sandbox = await sandboxFor()
    await runningBot(sandbox)
    await sandbox.online()
    const page = await openPage(sandbox.url)
    const menu = await openMenu(page, /^沈青禾/)
    await menu.getByRole('menuitem', { name: '机器人看到的资料' }).click()
    const panel = page.getByRole('complementary', { name: '资料' })
    await panel.getByText(/^@[\da-f]{6}…[\da-f]{4}$/).waitFor()
    expect(await panel.getByText('刚刚变更').count()).toBe(0)
    sandbox.friend('沈青禾').rename('青禾二')
    await panel.getByRole('definition').filter({ hasText: '青禾二' }).filter({ hasText: '刚刚变更' }).waitFor()
    sandbox.expireSession(1101)
    await panel.getByText('没有程序登录').waitFor()
  })

  test('manages a group in its details: the name, joining by QR code, invitations, and what was done', async () => {
    const sandbox = await sandboxFor()
    const { bot } = await runningBot(sandbox)
    const joined = new Promise<Message>((resolve) =>
      bot.msgRegister(NOTE, { isGroupChat: true }, (msg) => resolve(msg)),
    )
    const page = await openPage(sandbox.url, { locale: 'en-US' })
    await page.getByRole('option', { name: /^周末爬山队/ }).click()
    await page.keyboard.press('i')
    await page.getByRole('tab', { name: 'Details' }).click()
    const panel = page.getByRole('complementary', { name: 'Details' })
    await panel.getByRole('button', { name: 'Join by QR' }).click()
    const dialog = page.getByRole('dialog', { name: /^Join 周末爬山队/ })
    await dialog.getByRole('combobox', { name: 'Who scans' }).selectOption({ label: '许知远' })
    await dialog.getByRole('combobox', { name: 'Whose code' }).selectOption({ label: '马骁' })
    await dialog.getByRole('button', { name: 'Join' }).click()
    await page
      .getByRole('status')
      .getByText(/^许知远 joined/)
      .waitFor()
    expect((await joined).note).toMatchObject({ kind: 'memberJoined', inviter: '老马', members: ['许知远'] })
    await page.getByRole('log').getByText('" 许知远"通过扫描"老马"分享的二维码加入群聊').waitFor()
    await panel.getByText('许知远 joined by QR code → ModContactList, MsgType 10000').waitFor()
    // The new member is marked in MemberList.
    await panel.getByRole('listitem').filter({ hasText: '许知远' }).filter({ hasText: 'just changed' }).waitFor()
    const above = panel.getByRole('spinbutton', { name: 'Invite above this many members' })
    await above.fill('7')
    await above.press('Enter')
    await panel.getByRole('button', { name: 'Save' }).waitFor({ state: 'detached' })
    expect(await above.inputValue()).toBe('7')
    await panel.getByRole('textbox', { name: 'Group name' }).fill('Hikers')
    await panel.getByRole('button', { name: 'Rename' }).click()
    await page.getByRole('heading', { level: 1, name: 'Hikers' }).waitFor()
    await panel.getByText('Renamed to “Hikers”').waitFor()
    expect(sandbox.warnings).toEqual([])
  })

  test('shows, next to a refused action, why it was refused', async () => {
    const sandbox = await sandboxFor()
    const page = await openPage(sandbox.url, { locale: 'en-US' })
    await page.getByRole('button', { name: 'See the chats first' }).click()
    await page.getByRole('option', { name: /^沈青禾/ }).click()
    const opener = page.getByRole('button', { name: 'Actions for 沈青禾' })
    await opener.click()
    await page.getByRole('menuitem', { name: 'Open on the phone (reveals the Uin)' }).click()
    await page.getByRole('menu').getByRole('alert').getByText('no program is logged in').waitFor()
    await page.keyboard.press('Escape')
    expect(await opener.evaluate(isFocused)).toBe(true)
  })
})
