import { TEXT } from 'itchat'
import type { RequestView } from '../../src/sandbox/control/view.js'
import { ManualClock } from '../support/manual-clock.js'
import { advanceUntil } from '../support/pass-until.js'
import { type Looker, onlineBot } from './look.js'

/** Shorter than a poll, so that none is skipped. */
const STEP_MS = 5000

/** The requests: pending, folded, successful, refused and failed; each part of one; paused, and without a match. */
export async function lookAtRequests({ open, look, isWide }: Looker): Promise<void> {
  const clock = new ManualClock()
  const { sandbox, bot } = await onlineBot({ clock })
  bot.on('error', () => {})
  bot.msgRegister(TEXT, (msg) => `收到：${msg.text}`)
  const has = (matches: (request: RequestView) => boolean) => () => sandbox.requests.some(matches)
  const page = await open(sandbox.url)
  const row = (text: string | RegExp) => panel.getByRole('list').getByRole('button').filter({ hasText: text })
  const panel = page.getByRole('complementary', { name: '线路' })
  if (!isWide) await page.getByRole('navigation').getByRole('button', { name: '线路' }).click()
  await row('webwxinit').waitFor()
  await advanceUntil(clock, () => sandbox.requests.filter(({ result }) => result === '0/0').length >= 3, STEP_MS)
  await row(/×\d/).waitFor()
  await look(page, 'wire')

  await fetch(`${sandbox.url}/jslogin?appid=wrong`)
  sandbox.faults.add({ kind: 'ret', ret: 1205, path: 'webwxsendmsg', count: 2 })
  sandbox.faults.add({ kind: 'status', status: 502, path: 'webwxsync' })
  sandbox.friend('林小满').say('在吗')
  await advanceUntil(
    clock,
    has(({ endpoint, result }) => endpoint === 'webwxsendmsg' && result === '0'),
    STEP_MS,
  )
  await row('1205').first().waitFor()
  await row('502').waitFor()
  await look(page, 'wire-problems')
  await row('1205').first().click()
  await panel.getByText('故障', { exact: false }).first().waitFor()
  await look(page, 'wire-struck')
  await row('1205').first().click()
  await row(/webwxsendmsg.*200/s)
    .last()
    .click()
  const body = panel.getByRole('tabpanel')
  for (const [name, tab] of [
    ['request', '请求'],
    ['reply', '响应'],
    ['headers', '头与 Cookie'],
    ['raw', '原文'],
  ] as const) {
    await panel.getByRole('tab', { name: tab, exact: true }).click()
    await body.locator('code, dt, .wire-code').first().waitFor()
    await look(page, `wire-${name}`)
  }
  await panel.getByRole('button', { name: '暂停' }).click()
  await panel.getByRole('button', { name: /^已暂停/ }).waitFor()
  await look(page, 'wire-paused')
  await panel.getByRole('searchbox').fill('没有这个')
  await panel.getByText('没有符合筛选条件的请求。').waitFor()
  await look(page, 'wire-none')
}

/** The faults: none, each way to limit them, armed, and after a hit. */
export async function lookAtFaults({ open, look }: Looker): Promise<void> {
  const { sandbox, bot } = await onlineBot()
  bot.on('error', () => {})
  bot.msgRegister(TEXT, (msg) => `收到：${msg.text}`)
  const page = await open(sandbox.url)
  await page.getByRole('navigation').getByRole('button', { name: '故障' }).click()
  const panel = page.getByRole('complementary', { name: '故障' })
  await panel.getByText('还没有故障').waitFor()
  await look(page, 'faults-none')
  await panel.getByRole('radio', { name: 'N 次' }).check({ force: true })
  await panel.getByRole('spinbutton', { name: '次数' }).fill('3')
  await look(page, 'faults-next')
  await panel.getByRole('radio', { name: '按概率' }).check({ force: true })
  await look(page, 'faults-chance')
  sandbox.faults.add({ kind: 'status', path: 'webwxsendmsg', count: 2 })
  sandbox.faults.add({ kind: 'ret', ret: 1205, probability: 0.1, seed: 42 })
  sandbox.faults.add({ kind: 'cut', path: 'webwxgetcontact', count: Number.POSITIVE_INFINITY })
  sandbox.friend('林小满').say('在吗')
  await panel.getByRole('list', { name: '最近命中' }).getByText('服务器错误').first().waitFor()
  await look(page, 'faults-armed')
}

/** The details of a person, just changed, of a stranger, and without a program. */
export async function lookAtDetails({ open, look, isNarrow }: Looker): Promise<void> {
  const { sandbox } = await onlineBot()
  const page = await open(sandbox.url)
  const row = page.getByRole('option', { name: /^沈青禾/ })
  if (isNarrow) await row.click({ button: 'right' })
  else {
    await row.click()
    await page
      .getByRole('main')
      .getByRole('button', { name: /的操作$/ })
      .click()
  }
  await page.getByRole('menuitem', { name: '机器人看到的资料' }).click()
  const panel = page.getByRole('complementary', { name: '资料' })
  await panel.getByText(/^@[\da-f]{6}…[\da-f]{4}$/).waitFor()
  await look(page, 'details-person')
  sandbox.friend('沈青禾').rename('青禾二')
  await panel.getByText('刚刚变更').first().waitFor()
  await look(page, 'details-renamed')
  sandbox.expireSession(1101)
  await panel.getByText('没有程序登录').waitFor()
  await look(page, 'details-offline')
}
