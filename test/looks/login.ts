import { botFor, sandboxFor } from '../support/bot.js'
import type { Looker } from './look.js'

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
  await requestQr()
  await heading('机器人请求登录，请扫码')
  sandbox.phone.scan()
  sandbox.phone.confirm()
  await heading('已确认')
  await look(page, 'login-confirmed')
}

/** The chats without a program, with one, after its session has ended for each reason, and without the sandbox. */
export async function lookAtBanners({ open, look }: Looker): Promise<void> {
  const sandbox = await sandboxFor({ autoLogin: false })
  const page = await open(sandbox.url)
  await page.route('**/api/**', (route) => route.abort())
  await page.reload()
  await page.getByRole('heading', { level: 1, name: '沙盒没有响应' }).waitFor()
  await look(page, 'no-answer')
  await page.unroute('**/api/**')
  // In one step, because the page also reconnects by itself, which removes the button.
  await page.evaluate(
    `[...document.querySelectorAll('button')].find((button) => button.textContent === '立即重连')?.click()`,
  )
  await page.getByRole('button', { name: '先看聊天' }).click()
  const banner = (text: string) => page.locator('.banner').getByText(text)
  await banner('还没有程序连接').waitFor()
  await look(page, 'banner-none')

  /** Logs a program in with the phone; `name` is the prefix of the states that are photographed on the way. */
  async function logIn(name?: string): Promise<void> {
    const bot = botFor(sandbox)
    const login = bot.login({ qrCallback() {} })
    await banner('正在等待手机扫码').or(banner('这是新的')).waitFor()
    if (name) await look(page, `${name}-scan`)
    sandbox.phone.scan()
    await banner('等待手机确认').waitFor()
    if (name) await look(page, `${name}-confirm`)
    sandbox.phone.confirm()
    await login
    void bot.run()
    await sandbox.online()
    await page.locator('.banner').waitFor({ state: 'detached' })
  }

  await logIn('banner')
  await look(page, 'empty')
  for (const [code, text] of [
    [1100, '手机上退出了登录'],
    [1102, 'Cookie 已失效'],
  ] as const) {
    sandbox.expireSession(code)
    await banner(text).waitFor()
    await look(page, `banner-${code}`)
    await logIn()
  }
  sandbox.expireSession(1101)
  await banner('账号在别处登录').waitFor()
  sandbox.friend('林小满').say('在吗？')
  await page.getByRole('option', { name: /小满/ }).first().click()
  await page.getByText('等待机器人上线').waitFor()
  await look(page, 'banner-1101')
  await page.getByRole('textbox', { name: '说点什么' }).fill('写到一半')
  await sandbox.close()
  await banner('与沙盒的连接已断开').waitFor()
  await look(page, 'banner-disconnected')
}
