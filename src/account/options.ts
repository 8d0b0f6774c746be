import type { Dispatcher } from 'undici'
import type { SendFileOptions } from '../contact/actions.js'
import type { TransportFactory } from '../transport/transport.js'
import type { Clock } from '../util/clock.js'
import type { Logger } from '../util/logger.js'
import type { PacingOptions } from './outbox/pacing.js'
import type { SessionStore } from './persistence/session-store.js'

export interface ItchatOptions {
  /** The transport of the account, such as `web()`. Default: the one named by `ITCHAT_TRANSPORT`, else `web()`. */
  transport?: TransportFactory
  /**
   * URL of the server, such as `http://127.0.0.1:8078`. Cannot be combined with `transport`. Default: `ITCHAT_BASE_URL`, else the
   * real service.
   */
  baseUrl?: string
  /** Receives every line the library logs. Default: standard error. */
  logger?: Logger
  /** Default: the system clock. */
  clock?: Clock
  /**
   * Cannot be combined with `transport`. Default: direct for loopback addresses, else according to `HTTPS_PROXY` and
   * `NO_PROXY`.
   */
  dispatcher?: Dispatcher
  /** Folder for downloads with a relative path. Default: the working directory. */
  downloadDir?: string
  /** Folders whose files text from a handler may send (`@img@cat.png`). Default: none. */
  mediaRoots?: readonly string[]
  /**
   * Where the documented restriction on text such as `@fil@name` applies: `'handlers'` inside handlers, `'everywhere'` in
   * the whole program; `'off'` never sends a file for text. Default `'handlers'`; for assistants choose one of the others.
   */
  directives?: 'handlers' | 'everywhere' | 'off'
  /** Maximum graphemes per message; longer text is sent in parts. Default 2,000. */
  maxTextLength?: number
  /**
   * Unblocks a conversation whose handler runs longer than this: `close()` stops waiting for the handler, and its message
   * counts as handled. Default: never; a handler that runs over a minute is reported.
   */
  handlerTimeoutMs?: number
  /**
   * Rate limit for sends, because WeChat restricts accounts that flood. Default: a burst of 20, then one per second; no limit on
   * loopback. Sends that the server refuses as too frequent are retried, more slowly, for five minutes.
   */
  pacing?: boolean | PacingOptions
}

/** Argument of `qrCallback`. */
export interface QrCallbackInfo {
  uuid: string
  /** `'0'` once per QR code, then the server's code of each poll, as returned by `checkLogin()`. */
  status: string
  /** PNG bytes when `status` is `'0'`, else empty. */
  qrcode: Uint8Array
}

export interface QrOptions {
  /**
   * How to print the QR code in the terminal: `true` or 1 with half blocks, 2 with two columns per module, negative values
   * inverted, `false` not at all. Default `true`.
   */
  enableCmdQR?: boolean | number
  /**
   * Path of a PNG file to write the QR code to. Without `loginCallback` it is removed when the code is confirmed or the
   * login fails. Default: none; `QR.png` when `enableCmdQR` is `false`.
   */
  picDir?: string
  /** Called instead of printing the QR code and writing the file. */
  qrCallback?: (info: QrCallbackInfo) => unknown
}

export interface LoginOptions extends QrOptions {
  /** Called after login, before messages arrive. When set, the QR file is not removed. */
  loginCallback?: () => unknown
  /**
   * What to do when the session is lost: `'push'` asks the phone to confirm a new login, `'qr'` shows a QR code when the
   * phone does not confirm. Handlers stay registered and `run()` continues. Does not apply to the program's own `logout()` or
   * `close()`. Default false.
   */
  relogin?: 'push' | 'qr' | false
  /** Called when the session has ended and will not be logged in again. */
  exitCallback?: () => unknown
  /** Maximum number of QR codes to show, one after another; 0 for none. Default 5. */
  maxQrRounds?: number
  /** Timeout for the whole login. Default 10 minutes. */
  loginTimeoutMs?: number
  signal?: AbortSignal
}

export interface AutoLoginOptions extends LoginOptions {
  /** Resume the session of the last run when the server still accepts it. Default false. */
  hotReload?: boolean
  /** Path of the saved login; other files are stored next to it. Default `itchat.json` in the working directory. */
  statusStorageDir?: string
  /** Stores the login instead of a file. */
  sessionStore?: SessionStore
}

export interface RunOptions {
  /** Log at level `debug`. Default false. */
  debug?: boolean
  /** False: return immediately and continue in the background. Default true. */
  blockThread?: boolean
  /** Closes the instance without logging out when it aborts. */
  signal?: AbortSignal
}

export interface UpdateOptions {
  /** Request fresh data from the server. Default false. */
  update?: boolean
  signal?: AbortSignal
}

export interface UploadFileOptions extends SendFileOptions {
  /** The file will be sent with `sendImage`. Default false. */
  isPicture?: boolean
  /** The file will be sent with `sendVideo`. Default false. */
  isVideo?: boolean
  /** Recipient to upload for. Default `filehelper`; the upload can be sent to any recipient. */
  toUserName?: string
}
