import type { LogoutReason } from '../errors.js'
import { prefersChinese, showsUnicode } from '../util/locale.js'

/**
 * Lines shown during login and while connected, in the user's language. `page` is the URL of the page that simulates
 * the phone; it is set only for a server on this machine.
 */
const STRINGS = {
  zh: {
    scan: (page?: string): string =>
      page ? `无需手机：打开 ${page} ，点击“扫一扫”，再点击“确认登录”` : '请用手机微信扫描二维码登录',
    pushed: (page?: string): string => (page ? `请在 ${page} 上确认登录` : '请在手机上确认登录'),
    scanned: (page?: string): string => (page ? '已扫码，请点击“确认登录”' : '已扫码，请在手机上确认'),
    verifyCode: '请输入手机上显示的数字验证码',
    wrongVerifyCode: '验证码不正确',
    verifyCodeFormat: '验证码只包含数字',
    verifyCodePrompt: '验证码：',
    replaced: '二维码已过期，已换成新的',
    cancelled: '已在手机上取消',
    login: (name: string) => (name === '' ? '已登录' : `已登录：${name}`),
    contacts: (friends: number, groups: number) => ` · ${friends} 位好友 · ${groups} 个群`,
    restored: (name: string) => (name === '' ? '已恢复登录' : `已恢复登录：${name}`),
    offline: (error: string) => `连接已断开，正在重试。${error}`,
    backOnline: '连接已恢复',
    notRestored: '保存的登录状态已失效',
    restarted: '服务器拒绝了同步游标，并给出新的游标；其间的消息可能有遗漏',
    askedAgain: (seconds: number) => `${seconds} 秒后重试`,
    lostAgain: (times: number, seconds: number) =>
      `登录后不久又被退出（第 ${times} 次）。是否有其他程序也在使用这个账号？${seconds} 秒后重试`,
    notRenewed: '重新登录失败。',
    logout: (reason: LogoutReason) =>
      ({ self: '已退出登录', phone: '已在手机上退出登录', elsewhere: '账号已在别处登录', expired: '登录已失效' })[
        reason
      ],
  },
  en: {
    scan: (page?: string): string =>
      page
        ? `No phone needed: open ${page} and press "Scan", then "Confirm"`
        : 'Scan the QR code with WeChat on your phone to log in',
    pushed: (page?: string): string => (page ? `Confirm the login at ${page}` : 'Confirm the login on your phone'),
    scanned: (page?: string): string => (page ? 'Scanned: now press "Confirm"' : 'Scanned: confirm on your phone'),
    verifyCode: 'Enter the code that your phone shows',
    wrongVerifyCode: 'Wrong code',
    verifyCodeFormat: 'The code consists of digits only',
    verifyCodePrompt: 'Code: ',
    replaced: 'The QR code was replaced by a new one',
    cancelled: 'Cancelled on the phone',
    login: (name: string) => (name === '' ? 'Logged in' : `Logged in: ${name}`),
    contacts: (friends: number, groups: number) => ` · ${friends} friends · ${groups} groups`,
    restored: (name: string) => (name === '' ? 'Login restored' : `Login restored: ${name}`),
    offline: (error: string) => `Connection lost, retrying. ${error}`,
    backOnline: 'Reconnected',
    notRestored: 'The saved login has expired',
    restarted: 'The server rejected the sync cursor and sent a new one: messages in between may be missing',
    askedAgain: (seconds: number) => `Retrying in ${seconds} s`,
    lostAgain: (times: number, seconds: number) =>
      `Logged out shortly after login (${times} times). Is another program using this account? Retrying in ${seconds} s`,
    notRenewed: 'Relogin failed.',
    logout: (reason: LogoutReason) =>
      ({
        self: 'Logged out',
        phone: 'Logged out from the phone',
        elsewhere: 'The account was logged in elsewhere',
        expired: 'The login has expired',
      })[reason],
  },
}

/** Returns the strings in the language of the environment. */
export function strings(): (typeof STRINGS)['en'] {
  return prefersChinese() ? STRINGS.zh : STRINGS.en
}

/** Formats a line that reports success. */
export function done(line: string): string {
  return `${showsUnicode() ? '✓' : 'ok'} ${line}`
}

/** Formats a line that needs attention. */
export function attention(line: string): string {
  return `! ${line}`
}
