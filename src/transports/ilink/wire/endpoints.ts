interface Endpoint {
  /** The path after the base URL. */
  readonly path: string
  readonly method: 'GET' | 'POST'
  /** Whether the request carries the bot token. */
  readonly isAuthorized: boolean
}

/** Every endpoint of the protocol except the media server. @see docs/ilink.md §2.4 */
export const ENDPOINTS = {
  /** §3 request a QR code */
  get_bot_qrcode: { path: '/ilink/bot/get_bot_qrcode', method: 'POST', isAuthorized: false },
  /** §3 status of a QR code; held open by the server */
  get_qrcode_status: { path: '/ilink/bot/get_qrcode_status', method: 'GET', isAuthorized: false },
  /** §7 the program starts receiving */
  notifystart: { path: '/ilink/bot/msg/notifystart', method: 'POST', isAuthorized: true },
  /** §7 the program stops receiving */
  notifystop: { path: '/ilink/bot/msg/notifystop', method: 'POST', isAuthorized: true },
  /** §4 receive messages; held open for about 35 s */
  getupdates: { path: '/ilink/bot/getupdates', method: 'POST', isAuthorized: true },
  /** §5 send one message */
  sendmessage: { path: '/ilink/bot/sendmessage', method: 'POST', isAuthorized: true },
  /** §5 ticket for the typing indicator */
  getconfig: { path: '/ilink/bot/getconfig', method: 'POST', isAuthorized: true },
  /** §5 show or hide the typing indicator */
  sendtyping: { path: '/ilink/bot/sendtyping', method: 'POST', isAuthorized: true },
  /** §6.1 address for an upload */
  getuploadurl: { path: '/ilink/bot/getuploadurl', method: 'POST', isAuthorized: true },
} as const satisfies Record<string, Endpoint>

export type EndpointName = keyof typeof ENDPOINTS

/** Paths of the media server, after its base URL. @see docs/ilink.md §6 */
export const CDN = { upload: '/upload', download: '/download' } as const

/** Header of the reply to an upload: the reference of the file. */
export const CDN_REFERENCE_HEADER = 'x-encrypted-param'
/** Headers of a failed reply of the media server. */
export const CDN_ERROR_HEADER = 'x-error-message'
export const CDN_CODE_HEADER = 'x-error-code'
