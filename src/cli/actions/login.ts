import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Itchat, LoginError } from '../../index.js'
import { oneLine } from '../../util/one-line.js'
import { type AccountOptions, stateFileOf } from '../account-options.js'
import { CommandError } from '../explain.js'
import { inLanguage } from '../language.js'
import { plural } from '../plural.js'
import { createAccount, logInWithState } from '../saved-login.js'
import { Terminal } from '../terminal.js'
import { TerminalLogger } from '../terminal-logger.js'
import { abortWhenInterrupted } from '../until-interrupted.js'

const STRINGS = {
  zh: {
    loggedIn: '已登录',
    stillLoggedIn: '登录仍然有效',
    contacts: (friends: number, groups: number, officials: number) =>
      `${friends} 位好友 · ${groups} 个群 · ${officials} 个公众号`,
    savedIn: '登录状态保存在',
    pngExists: (path: string) => `${path} 已经存在，没有改动。请给 --png 换一个文件名，或先删除它。`,
    secret: '拿到这个文件的人可以用你的身份登录：不要分享，也不要提交到代码仓库',
    refused: (code: string) =>
      `微信拒绝了这次登录${code}。很多账号不能使用网页版。请换一个账号，或运行 npx itchat login --transport ilink；也可以先用 npx itchat sandbox 在本机练习。`,
    expired: '二维码在过期前没有得到确认。请再次运行 npx itchat login，扫码后在手机上确认。',
    verifyCode: '手机上显示了验证码，但这里无法输入。请在终端里运行 npx itchat login。',
  },
  en: {
    pngExists: (path: string) =>
      `${path} already exists, and was left unchanged. Choose another name for --png, or remove it first.`,
    loggedIn: 'Logged in',
    stillLoggedIn: 'Still logged in',
    contacts: (friends: number, groups: number, officials: number) =>
      `${plural(friends, 'friend')} · ${plural(groups, 'group')} · ${plural(officials, 'official account')}`,
    savedIn: 'The login is saved in',
    secret: 'anyone who has this file can act as you: never share or commit it',
    refused: (code: string) =>
      `WeChat refused this login${code}. Many accounts cannot use the web client. Use another account or npx itchat login --transport ilink, or try it on this machine with npx itchat sandbox.`,
    expired:
      'No QR code was confirmed before it expired. Run npx itchat login again, scan the code and confirm on the phone.',
    verifyCode: 'The phone shows a code, but it cannot be typed here. Run npx itchat login in a terminal.',
  },
}

interface LogInOptions extends AccountOptions {
  png?: string
}

/** `itchat login`: logs in, by QR code unless the saved login is still valid, and saves the login. */
export async function logIn({ png, ...options }: LogInOptions): Promise<void> {
  if (png !== undefined && existsSync(png)) throw new CommandError(inLanguage(STRINGS).pngExists(png))
  const terminal = new Terminal(process.stderr)
  const logger = new TerminalLogger(terminal, { hasInfo: true })
  const account = createAccount(options, logger)
  const state = stateFileOf(options)
  const signal = abortWhenInterrupted(terminal)
  // The code that the phone may show next is typed below the QR code, and not counted among the rows there. A listener
  // for `verifyCode` would replace the question for it.
  account.on('scanned', () => logger.keepQr())
  account.on('login', ({ restored }) => {
    logger.hasInfo = false
    printLogin(account, terminal, restored, state)
  })
  try {
    await logInWithState(account, state, { signal, ...(png === undefined ? {} : { picDir: png }) })
  } catch (error) {
    throw error instanceof LoginError ? explained(error) : error
  } finally {
    await account.close()
  }
}

function printLogin(account: Itchat, terminal: Terminal, isRestored: boolean, state: string): void {
  const { loggedIn, stillLoggedIn, contacts, savedIn, secret } = inLanguage(STRINGS)
  const sign = terminal.style(terminal.sign('✓'), 'green')
  const title = isRestored ? stillLoggedIn : loggedIn
  const name = terminal.style(oneLine(account.searchFriends().NickName), 'bold')
  const counts = account.supports('contacts')
    ? contacts(account.memberList.length - 1, account.chatroomList.length, account.mpList.length)
    : ''
  terminal.write([`${sign} ${title}`, name, terminal.style(counts, 'dim')].filter(Boolean).join('   '))
  terminal.write(`  ${savedIn} ${terminal.style(oneLine(resolve(state)), 'bold')}`)
  terminal.write(`${terminal.style(terminal.sign('!'), 'yellow')} ${secret}`)
}

function explained(error: LoginError): CommandError {
  const strings = inLanguage(STRINGS)
  const { reason, ret } = error
  const message = reason === 'refused' ? strings.refused(ret === undefined ? '' : ` (${ret})`) : strings[reason]
  return new CommandError(message, { cause: error })
}
