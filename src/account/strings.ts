import type { LogoutReason } from '../errors.js'
import { prefersChinese, showsUnicode } from '../util/locale.js'

/**
 * Lines shown while logging in and while connected, in the reader's language. `page` is the address of the page that plays the
 * phone, for a server on this machine.
 */
const STRINGS = {
  zh: {
    scan: (page?: string): string =>
      page ? `不需要手机：打开 ${page} ，按“扫一扫”，再按“确认登录”` : '请用手机微信扫描二维码登录',
    pushed: (page?: string): string => (page ? `请在 ${page} 上确认登录` : '请在手机上确认登录'),
    scanned: (page?: string): string => (page ? '已扫码，请按“确认登录”' : '已扫码，请在手机上确认'),
    replaced: '换一张二维码',
    cancelled: '手机上取消了',
    login: (name: string, friends: number, groups: number) => `已登录：${name} · ${friends} 位朋友 · ${groups} 个群`,
    restored: (name: string) => `已恢复登录：${name}`,
    offline: (error: string) => `连接断开，正在重试。${error}`,
    backOnline: '连接已恢复',
    notRestored: '上次的登录已失效',
    restarted: '服务器拒绝了当前的同步位置，给了新的位置；这段时间的消息可能有缺',
    askedAgain: (seconds: number) => `${seconds} 秒后重试`,
    lostAgain: (times: number, seconds: number) =>
      `登录后很快又断开（第 ${times} 次）。别的程序也在用这个账号吗？${seconds} 秒后重试`,
    notRenewed: '没有重新登录。',
    logout: (reason: LogoutReason) =>
      ({ self: '已退出登录', phone: '已在手机上退出登录', elsewhere: '账号在别处登录了', expired: '登录已失效' })[
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
    replaced: 'Here is a new QR code',
    cancelled: 'Cancelled on the phone',
    login: (name: string, friends: number, groups: number) =>
      `Logged in: ${name} · ${friends} friends · ${groups} groups`,
    restored: (name: string) => `Login restored: ${name}`,
    offline: (error: string) => `Connection lost, retrying. ${error}`,
    backOnline: 'Connected again',
    notRestored: 'The last login is no longer valid',
    restarted: 'The server refused the sync position and gave a new one: messages in between may be missing',
    askedAgain: (seconds: number) => `Trying again in ${seconds} s`,
    lostAgain: (times: number, seconds: number) =>
      `Logged out again after a short time (number ${times}). Is another program using this account? Trying again in ${seconds} s`,
    notRenewed: 'Not logged in again.',
    logout: (reason: LogoutReason) =>
      ({
        self: 'Logged out',
        phone: 'Logged out from the phone',
        elsewhere: 'The account logged in elsewhere',
        expired: 'The login is no longer valid',
      })[reason],
  },
}

/** The table of the language the environment asks for. */
export function strings(): (typeof STRINGS)['en'] {
  return prefersChinese() ? STRINGS.zh : STRINGS.en
}

/** A line for something that went well. */
export function done(line: string): string {
  return `${showsUnicode() ? '✓' : 'ok'} ${line}`
}

/** A line for something to look at. */
export function attention(line: string): string {
  return `! ${line}`
}
