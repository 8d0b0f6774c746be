import { type Looker, onlineBot } from './look.js'

/** Three accounts: in session, waiting and free; on the chats, in the menu of a narrow window, and on the login screen. */
export async function lookAtAccounts({ open, look, isNarrow }: Looker): Promise<void> {
  const { sandbox, bot } = await onlineBot()
  bot.on('error', () => {})
  sandbox.addAccount({ autoLogin: false })
  sandbox.addAccount({ autoLogin: false })
  await fetch(`${sandbox.url}/jslogin?appid=wx782c26e4c19acffb&fun=new&lang=zh_CN`)
  sandbox.accounts[1]?.phone.scan()
  const page = await open(sandbox.url)
  if (isNarrow) await page.getByRole('button', { name: /^陈一舟/ }).click()
  await page.getByRole('link', { name: /洛一川.*等待扫码/ }).waitFor()
  await look(page, 'accounts')
  await page.getByRole('link', { name: /简宁/ }).click()
  await page.waitForURL(/account=3/)
  await look(page, 'accounts-login')
}
