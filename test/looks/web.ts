import { TEXT } from 'itchat'
import { SAYABLE_KINDS } from '../../src/sandbox/control/view.js'
import { botFor, sandboxFor } from '../support/bot.js'
import type { Looker } from './look.js'

const NARROW_PX = 600

/** The login screens, from no program to the chats. */
export async function lookAtLogin({ open, look }: Looker): Promise<void> {
  const sandbox = await sandboxFor({ autoLogin: false })
  const page = await open(sandbox.url)
  const heading = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor()
  await heading('还没有程序连接')
  await look(page, 'login-none')
  // A plain request, because a program would immediately ask for the next QR code.
  const requestQr = () => fetch(`${sandbox.url}/jslogin?appid=wx782c26e4c19acffb&fun=new&lang=zh_CN`)
  await requestQr()
  await page.getByRole('button', { name: '扫一扫' }).waitFor()
  await look(page, 'login-scan')
  sandbox.phone.scan()
  await page.getByRole('button', { name: '确认登录' }).waitFor()
  await look(page, 'login-confirm')
  sandbox.phone.cancel()
  await heading('已在手机上取消')
  await look(page, 'login-cancelled')
  await requestQr()
  await heading('机器人请求登录，请扫码')
  await look(page, 'login-after-cancelled')
  sandbox.phone.expire()
  await heading('二维码已过期')
  await look(page, 'login-expired')
  sandbox.faults.add({ kind: 'ret', ret: 1203, path: 'webwxnewloginpage' })
  const refused = botFor(sandbox)
  const refusal = refused.login({ qrCallback() {} }).catch(() => {})
  await heading('机器人请求登录，请扫码')
  sandbox.phone.scan()
  sandbox.phone.confirm()
  await refusal
  await heading('登录被拒绝（1203）')
  await look(page, 'login-refused')
  await refused.close()
}

/** The chats without a program, with one, and after its session has ended. */
export async function lookAtBanners({ open, look }: Looker): Promise<void> {
  const sandbox = await sandboxFor()
  const page = await open(sandbox.url)
  await page.route('**/api/**', (route) => route.abort())
  await page.reload()
  await page.getByRole('heading', { level: 1, name: '沙盒没有响应' }).waitFor()
  await look(page, 'no-answer')
  await page.unroute('**/api/**')
  await page.getByRole('button', { name: '立即重连' }).last().click()
  await page.getByRole('button', { name: '先看聊天' }).click()
  await page.getByText('还没有程序连接').waitFor()
  await look(page, 'banner-none')
  await fetch(`${sandbox.url}/jslogin?appid=wx782c26e4c19acffb&fun=new&lang=zh_CN`)
  const bot = botFor(sandbox)
  await bot.login()
  void bot.run()
  await sandbox.online()
  await page.getByText('还没有程序连接').waitFor({ state: 'detached' })
  await look(page, 'empty')
  sandbox.expireSession(1101)
  await page.getByText('账号在别处登录').waitFor()
  sandbox.friend('林小满').say('在吗？')
  await page.getByRole('option', { name: /小满/ }).first().click()
  await page.getByText('等待机器人上线').waitFor()
  await look(page, 'banner-logged-out')
  await sandbox.close()
  await page.getByText('与沙盒的连接已断开').waitFor()
  await look(page, 'banner-disconnected')
}

/** The list, a group, its menus and the composer. */
export async function lookAtChats(looker: Looker): Promise<void> {
  const { open, look, variant } = looker
  const isNarrow = variant.width < NARROW_PX
  const sandbox = await sandboxFor({ floodLimit: false })
  const bot = botFor(sandbox)
  bot.msgRegister(TEXT, (msg) => `收到：${msg.text}`)
  await bot.login()
  void bot.run()
  await sandbox.online()
  const page = await open(sandbox.url)
  await page.getByRole('option', { name: /周末爬山队/ }).waitFor()
  sandbox.friend('林小满').say('周六爬山天气怎么样？')
  await sandbox.friend('林小满').nextMessage()
  sandbox.friend('顾南星').say('在吗')
  await page.getByRole('option', { name: /顾南星.*1 条未读/ }).waitFor()
  await look(page, 'list')
  await page.getByRole('option', { name: /小满/ }).first().click()
  await page.getByRole('log').getByText('收到：').waitFor()
  await look(page, 'chat')

  await page.getByRole('button', { name: '发送其他类型' }).click()
  await page.getByRole('menu').waitFor()
  await look(page, 'kind-menu')
  await page.getByRole('menuitem', { name: '转账', exact: true }).click()
  await page.getByRole('dialog').waitFor()
  await look(page, 'kind-form')
  await page.keyboard.press('Escape')

  await page
    .locator('input[type=file]')
    .last()
    .setInputFiles([
      { name: '空.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) },
      { name: '也空.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) },
      { name: '说明.txt', mimeType: 'text/plain', buffer: Buffer.from('text') },
    ])
  await page.getByRole('alert').waitFor()
  await look(page, 'tray')

  await page.getByRole('article').last().click({ button: 'right' })
  await page.getByRole('menu').waitFor()
  await look(page, 'message-menu')
  await page.keyboard.press('Escape')
  if (isNarrow) await page.getByRole('button', { name: '返回' }).click()

  await page.getByRole('option', { name: /周末爬山队/ }).click()
  await page
    .getByRole('button', { name: /的身份发言/ })
    .first()
    .click()
  await page.getByRole('dialog', { name: '选择发言身份' }).waitFor()
  await look(page, 'speak-as')
  await page.getByRole('button', { name: '新建联系人，并加入本群' }).click()
  await page.getByRole('dialog', { name: '新建联系人，并加入本群' }).waitFor()
  await look(page, 'new-member')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: '在聊天中搜索' }).click()
  await page.getByRole('search').getByRole('searchbox').fill('没有这句话')
  await page.getByRole('search').getByText('没有结果').waitFor()
  await look(page, 'chat-search')
  await page.keyboard.press('Escape')
  await page.getByRole('textbox', { name: '说点什么' }).pressSequentially('@')
  await page.getByRole('listbox', { name: '提及成员' }).waitFor()
  await look(page, 'mention')
  await page.getByRole('textbox', { name: '说点什么' }).fill('')
}

/** Every kind of message. */
export async function lookAtKinds({ open, look }: Looker): Promise<void> {
  const sandbox = await sandboxFor({ floodLimit: false })
  const bot = botFor(sandbox)
  await bot.login()
  void bot.run()
  await sandbox.online()
  const page = await open(sandbox.url)
  await page.getByRole('option', { name: /^沈青禾/ }).click()
  const friend = sandbox.friend('沈青禾')
  for (const [index, kind] of SAYABLE_KINDS.entries()) {
    if (kind !== 'note') friend.send({ kind } as Parameters<typeof friend.send>[0])
    if (index % 6 !== 5) continue
    friend.say(`以上 ${index}`)
    await page.getByRole('log').getByText(`以上 ${index}`).waitFor()
    await look(page, `kinds-${Math.ceil(index / 6)}`)
  }
  friend.send({ kind: 'image' })
  friend.say('看图')
  await page.getByRole('log').getByText('看图').waitFor()
  await page.getByRole('button', { name: '查看大图' }).last().click()
  await page.getByRole('dialog').waitFor()
  await look(page, 'viewer')
  await page.keyboard.press('Escape')
  friend.say('说错了').recall()
  await page.getByRole('button', { name: '查看原文' }).click()
  await look(page, 'recalled')
}

/** Contacts, requests, groups, dialogs and panels. */
export async function lookAtPeople({ open, look, variant }: Looker): Promise<void> {
  const isNarrow = variant.width < NARROW_PX
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox)
  await bot.login()
  void bot.run()
  await sandbox.online()
  const page = await open(sandbox.url)
  const back = async () => {
    if (isNarrow) await page.getByRole('button', { name: '返回' }).click()
  }
  await page
    .getByRole('textbox', { name: /搜索|说/ })
    .or(page.getByRole('searchbox'))
    .first()
    .fill('没有这个人')
  await page.getByText('没有结果').waitFor()
  await look(page, 'nothing-found')
  await page.getByRole('button', { name: '清除搜索' }).click()
  await page.getByRole('navigation').getByRole('button', { name: '联系人', exact: true }).click()
  await page.getByRole('listbox', { name: '联系人列表' }).waitFor()
  await look(page, 'people')
  await page.getByRole('button', { name: '好友请求' }).click()
  await page.getByRole('dialog').waitFor()
  await look(page, 'friend-request')
  await page.getByRole('dialog').getByRole('button', { name: /^发送/ }).click()
  await page.getByRole('main').getByText('等待机器人通过').first().waitFor()
  await look(page, 'stranger')
  await back()
  await page
    .getByRole('option', { name: /周末爬山队/ })
    .first()
    .click({ button: 'right' })
  await page.getByRole('menu').waitFor()
  await look(page, 'chat-menu')
  await page.getByRole('menuitem', { name: '群成员…' }).click()
  await page.getByRole('dialog').waitFor()
  await look(page, 'group')
  await page.keyboard.press('Escape')
  await page.keyboard.press('?')
  await page.getByRole('dialog').waitFor()
  await look(page, 'keys')
  await page.keyboard.press('Escape')
  await page
    .getByRole('button', { name: /机器人在线$/ })
    .first()
    .click()
  await page.getByRole('dialog').waitFor()
  await look(page, 'account')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: '新建联系人' }).click()
  await page.getByRole('dialog', { name: '新建联系人' }).waitFor()
  await look(page, 'new-person')
  await page.keyboard.press('Escape')
  await page
    .getByRole('option', { name: /^周末爬山队/ })
    .first()
    .click({ button: 'right' })
  await page.getByRole('menuitem', { name: '机器人看到的资料' }).click()
  await page.getByText('MemberList').waitFor()
  await look(page, 'details-group')
  await page.getByRole('tab', { name: '线路' }).click()
  await page.getByRole('complementary', { name: '线路' }).waitFor()
  await look(page, 'wire')
  sandbox.faults.add({ kind: 'ret', ret: 1205 })
  await page.getByRole('tab', { name: /^故障/ }).click()
  await page.getByText('剩 1 次').waitFor()
  await look(page, 'faults')
}
