/** The service for QR codes and the first status polls. @see docs/ilink.md §2.1 */
export const DEFAULT_ORIGIN = 'https://ilinkai.weixin.qq.com'

/** The media server of the real service. A configured server serves media below its own `CDN_PATH`. */
export const DEFAULT_CDN = 'https://novac2c.cdn.weixin.qq.com/c2c'
export const CDN_PATH = '/c2c'

/** Domains of the real service, matched exactly or as suffixes after a dot. */
export const WECHAT_DOMAINS = ['qq.com', 'wechat.com'] as const

/** Values of the headers that every request carries. @see docs/ilink.md §2.2 */
export const APP_ID = 'bot'
export const AUTHORIZATION_TYPE = 'ilink_bot_token'

/** How long the server holds a poll unless its reply says otherwise, in ms. @see docs/ilink.md §4 */
export const DEFAULT_HOLD_MS = 35_000

/** Longer texts are cut without notice, and later parts of a reply are lost. @see docs/ilink.md §5 */
export const TEXT_LIMIT = { max: 1_800, unit: 'utf16', maxParts: 10, keepsFences: true } as const
