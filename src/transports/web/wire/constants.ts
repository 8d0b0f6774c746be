/** App id of the web client, sent to `jslogin`. @see docs/protocol.md §1 */
export const LOGIN_APP_ID = 'wx782c26e4c19acffb'

/** App id in the `<appmsg>` of an outgoing file. @see docs/protocol.md §1 */
export const ATTACHMENT_APP_ID = 'wxeb7ec651dd0aefa9'

/** Exact size of every upload chunk except the last. @see docs/protocol.md §6.7 */
export const UPLOAD_CHUNK_BYTES = 512 * 1024

/** Files larger than this require `webwxcheckupload` before the upload. @see docs/protocol.md §6.8 */
export const LARGE_FILE_BYTES = 25 * 1024 * 1024

/** How long a message can be recalled after it was sent. @see docs/protocol.md §6.10 */
export const RECALL_WINDOW_MS = 2 * 60 * 1000

/** Maximum number of names in one `webwxbatchgetcontact` request. @see docs/protocol.md §4.2 */
export const BATCH_CONTACT_LIMIT = 50

/**
 * Groups of at least this size can be joined only by invitation. `webwxinit` may specify another size.
 *
 * @see docs/protocol.md §4.7
 */
export const DEFAULT_INVITE_START_COUNT = 40

/** How long the server holds an idle poll open. @see docs/protocol.md §5.1 */
export const LONG_POLL_MS = 25_000

/** Maximum number of graphemes in one text message. Phones accept little more. @see docs/protocol.md §6.2 */
export const MAX_TEXT_GRAPHEMES = 2_000

/** FOUR-PER-EM SPACE, which the phone app inserts after an `@name`. @see docs/protocol.md §10.2 */
export const AT_SEPARATOR = '\u2005'

/**
 * Names that mention all members of a group, as inserted by phones set to Chinese or English.
 *
 * @see docs/protocol.md §10.2
 */
export const MENTION_ALL_NAMES = ['所有人', 'all', 'All'] as const

/** Separates the sender's id from the content of a group message. @see docs/protocol.md §10.1 */
export const GROUP_PREFIX_SEPARATOR = ':<br/>'

/** Path prefix of every endpoint except the first three in the index. @see docs/protocol.md §0.3 */
export const API_PATH = '/cgi-bin/mmwebwx-bin/'

/** User agent of the desktop client, which the server still accepts. @see docs/protocol.md §2.6 */
export const USER_AGENT =
  'Mozilla/5.0 (Linux; U; UOS x86_64; zh-cn) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/91.0.4472.124 Safari/537.36 UOSBrowser/6.0.1.1001'

/** Login host of the real service. @see docs/protocol.md §2.2 */
export const DEFAULT_LOGIN_ORIGIN = 'https://login.weixin.qq.com'

/**
 * File, push and login hosts for each base host. The first row whose `suffix` is the base host or one of its parent
 * domains applies. @see docs/protocol.md §2.2
 */
export const HOST_TABLE = [
  { suffix: 'wx2.qq.com', file: 'file.wx2.qq.com', push: 'webpush.wx2.qq.com', login: 'login.wx2.qq.com' },
  { suffix: 'wx8.qq.com', file: 'file.wx8.qq.com', push: 'webpush.wx8.qq.com', login: 'login.wx8.qq.com' },
  { suffix: 'qq.com', file: 'file.wx.qq.com', push: 'webpush.wx.qq.com', login: 'login.wx.qq.com' },
  {
    suffix: 'web2.wechat.com',
    file: 'file.web2.wechat.com',
    push: 'webpush.web2.wechat.com',
    login: 'login.web2.wechat.com',
  },
  { suffix: 'wechat.com', file: 'file.web.wechat.com', push: 'webpush.web.wechat.com', login: 'login.web.wechat.com' },
] as const

/** Headers for the ticket exchange. For most accounts, they lift the ban on web logins. @see docs/protocol.md §2.6 */
export const UOS_HEADERS = {
  'client-version': '2.0.0',
  referer: 'https://wx.qq.com/?&lang=zh_CN&target=t',
  extspam:
    'Go8FCIkFEokFCggwMDAwMDAwMRAGGvAESySibk50w5Wb3uTl2c2h64jVVrV7gNs06GFlWplHQbY/5FfiO++1yH4ykCyNPWKXmco+wfQzK5R98D3so7rJ5LmGFvBLjGceleySrc3SOf2Pc1gVehzJgODeS0lDL3/I/0S2SSE98YgKleq6Uqx6ndTy9yaL9qFxJL7eiA/R3SEfTaW1SBoSITIu+EEkXff+Pv8NHOk7N57rcGk1w0ZzRrQDkXTOXFN2iHYIzAAZPIOY45Lsh+A4slpgnDiaOvRtlQYCt97nmPLuTipOJ8Qc5pM7ZsOsAPPrCQL7nK0I7aPrFDF0q4ziUUKettzW8MrAaiVfmbD1/VkmLNVqqZVvBCtRblXb5FHmtS8FxnqCzYP4WFvz3T0TcrOqwLX1M/DQvcHaGGw0B0y4bZMs7lVScGBFxMj3vbFi2SRKbKhaitxHfYHAOAa0X7/MSS0RNAjdwoyGHeOepXOKY+h3iHeqCvgOH6LOifdHf/1aaZNwSkGotYnYScW8Yx63LnSwba7+hESrtPa/huRmB9KWvMCKbDThL/nne14hnL277EDCSocPu3rOSYjuB9gKSOdVmWsj9Dxb/iZIe+S6AiG29Esm+/eUacSba0k8wn5HhHg9d4tIcixrxveflc8vi2/wNQGVFNsGO6tB5WF0xf/plngOvQ1/ivGV/C1Qpdhzznh0ExAVJ6dwzNg7qIEBaw+BzTJTUuRcPk92Sn6QDn2Pu3mpONaEumacjW4w6ipPnPw+g2TfywJjeEcpSZaP4Q3YV5HG8D6UjWA4GSkBKculWpdCMadx0usMomsSS/74QgpYqcPkmamB4nVv1JxczYITIqItIKjD35IGKAUwAA==',
} as const

/** Cookies used by later requests. @see docs/protocol.md §2.7 */
export const COOKIE = {
  uin: 'wxuin',
  sid: 'wxsid',
  dataTicket: 'webwx_data_ticket',
  authTicket: 'webwx_auth_ticket',
  uvid: 'webwxuvid',
  loadTime: 'wxloadtime',
} as const
