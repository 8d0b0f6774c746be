import type { LogoutReason } from '../errors.js'
import { prefersChinese, showsUnicode } from '../util/locale.js'

/** Lines shown while logging in, in the reader's language. */
const WORDS = {
  zh: {
    scan: '请用手机微信扫描二维码登录',
    pushed: '请在手机上确认登录',
    scanned: '已扫码，请在手机上确认',
    replaced: '换一张二维码',
    cancelled: '手机上取消了',
    login: (name: string, friends: number, groups: number) => `已登录：${name} · ${friends} 位朋友 · ${groups} 个群`,
    restored: (name: string) => `已恢复登录：${name}`,
    notRestored: '上次的登录已失效',
    restarted: '服务器不认这个同步位置，给了新的位置；这段时间的消息可能有缺',
    askedAgain: (seconds: number) => `${seconds} 秒后再问服务器`,
    lostAgain: (times: number, seconds: number) =>
      `登录很快又断了，第 ${times} 次。这个账号是否在别的程序里也登录了？${seconds} 秒后再试`,
    notRenewed: '没有重新登录。',
    logout: (reason: LogoutReason) =>
      ({ self: '已退出登录', phone: '手机上退出了网页版', elsewhere: '账号在别处登录了', expired: '登录已失效' })[
        reason
      ],
  },
  en: {
    scan: 'Scan the QR code with WeChat on your phone to log in',
    pushed: 'Confirm the login on your phone',
    scanned: 'Scanned: confirm on your phone',
    replaced: 'Here is a new QR code',
    cancelled: 'Cancelled on the phone',
    login: (name: string, friends: number, groups: number) =>
      `Logged in: ${name} · ${friends} friends · ${groups} groups`,
    restored: (name: string) => `Login restored: ${name}`,
    notRestored: 'The last login is no longer valid',
    restarted: 'The server refused the sync position and gave a new one: messages in between may be missing',
    askedAgain: (seconds: number) => `The server is asked again in ${seconds} s`,
    lostAgain: (times: number, seconds: number) =>
      `Logged out again soon, time ${times}. Does another program log in with this account? The next try is in ${seconds} s`,
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
export function words(): (typeof WORDS)['en'] {
  return prefersChinese() ? WORDS.zh : WORDS.en
}

/** A line for something that went well. */
export function done(line: string): string {
  return `${showsUnicode() ? '✓' : 'ok'} ${line}`
}

/** A line for something to look at. */
export function attention(line: string): string {
  return `! ${line}`
}
