import type { Dispatcher } from 'undici'
import type { SendFileOptions } from '../contact/actions.js'
import type { TransportFactory } from '../transport/transport.js'
import type { Clock } from '../util/clock.js'
import type { Logger } from '../util/logger.js'
import type { PacingOptions } from './outbox/pacing.js'
import type { SessionStore } from './persistence/session-store.js'

/** Options of an account: its transport and server, its log, where files go, and how handlers and sends are limited. */
export interface ItchatOptions {
  /**
   * The transport for the account, such as `web()`. Default: the transport named by `ITCHAT_TRANSPORT`, otherwise
   * `web()`.
   */
  transport?: TransportFactory
  /**
   * URL of the server, such as `http://127.0.0.1:8078`. Cannot be combined with `transport`. Default:
   * `ITCHAT_BASE_URL`, otherwise the real service.
   */
  baseUrl?: string
  /** Receives every line the library logs. Default: standard error. */
  logger?: Logger
  /** The source of time and randomness, which a test can replace. Default: the system. */
  clock?: Clock
  /**
   * The undici dispatcher for requests. Cannot be combined with `transport`. Default: a direct connection for loopback
   * addresses, otherwise as configured by `HTTPS_PROXY` and `NO_PROXY`.
   */
  dispatcher?: Dispatcher
  /** Folder for downloads with a relative path. Default: the working directory. */
  downloadDir?: string
  /** Folders whose files a handler may send with text such as `@img@cat.png`. Default: none. */
  mediaRoots?: readonly string[]
  /**
   * Where sending files with text such as `@fil@name` is restricted: `'handlers'` means only in handlers, and
   * `'everywhere'` in the whole program. With `'off'`, such text is always refused. Default `'handlers'`. For
   * assistants, use `'everywhere'` or `'off'`.
   */
  directives?: 'handlers' | 'everywhere' | 'off'
  /**
   * Maximum length of a message, in the unit of the transport: for web, in graphemes. Longer text is split into several
   * messages. Default: the limit of the transport, which cannot be exceeded; for web 2,000.
   */
  maxTextLength?: number
  /**
   * Time limit for a handler. After that, the conversation is unblocked, `close()` no longer waits for the handler, and
   * the message counts as handled. Default: no limit; a handler that runs for more than a minute is reported.
   */
  handlerTimeoutMs?: number
  /**
   * Rate limit for sends, because WeChat restricts accounts that send too many messages. Default: that of the transport,
   * for web a burst of 20 messages, then one per second; no limit for a server on a loopback address. Sends that the
   * server refuses as too frequent are retried for up to five minutes, at a slower pace.
   */
  pacing?: boolean | PacingOptions
}

/** The argument passed to `qrCallback`. */
export interface QrCallbackInfo {
  /** The id of the QR code, as returned by `getQRuuid()`. */
  uuid: string
  /** `'0'` once for each QR code, then the server's status code for each poll, as returned by `checkLogin()`. */
  status: string
  /** PNG bytes when `status` is `'0'`, otherwise empty. */
  qrcode: Uint8Array
}

/** How a QR code is shown. */
export interface QrOptions {
  /**
   * How to print the QR code in the terminal: `true` or 1 uses half blocks, 2 uses two columns per module, negative
   * values invert the colors, and `false` turns printing off. Default `true`.
   */
  enableCmdQR?: boolean | number
  /**
   * Path of a PNG file to write the QR code to. Unless `loginCallback` is set, the file is removed when the code is
   * confirmed or the login fails. Default: none; `QR.png` when `enableCmdQR` is `false`.
   */
  picDir?: string
  /** Called instead of printing the QR code and writing the file. */
  qrCallback?: (info: QrCallbackInfo) => unknown
}

/** Options of a login: how the QR code is shown, how long it waits, and what follows when the session ends. */
export interface LoginOptions extends QrOptions {
  /** Called after login, before messages arrive. If set, the QR code file is not removed. */
  loginCallback?: () => unknown
  /**
   * Returns the code that the phone shows when the server requires one to confirm the login; `attempt` starts at 1 for
   * each QR code and increases with each wrong code. Surrounding white space is ignored. Default: the program calls
   * `submitVerifyCode()` after a `verifyCode` event, or without listeners for it, the code is typed in the terminal. A
   * login that can do neither rejects with LoginError, reason `verifyCode`.
   */
  verifyCodeCallback?: (info: { attempt: number }) => string | Promise<string>
  /**
   * What to do when the session is lost: `'push'` asks the phone to confirm a new login, `'qr'` also shows a QR code if
   * the phone does not confirm. Handlers stay registered and `run()` continues. Does not apply when the program calls
   * `logout()` or `close()`. `'push'` requires the feature `pushLogin`. Default false.
   */
  relogin?: 'push' | 'qr' | false
  /** Called when the session has ended and no relogin follows. */
  exitCallback?: () => unknown
  /** Maximum number of QR codes to show, one after another; 0 for none. Default 5. */
  maxQrRounds?: number
  /** How long to wait for the confirmation on the phone, over all QR codes. Default 10 minutes. */
  loginTimeoutMs?: number
  /** Cancels the login, which then rejects with the signal's reason. It has no effect after the login. */
  signal?: AbortSignal
}

/** Options of a login that can resume the last session without a QR code. */
export interface AutoLoginOptions extends LoginOptions {
  /**
   * Resume the session from the last run if the server still accepts it. Default: true if the environment variable
   * `ITCHAT_HOT_RELOAD` is `1`, which `itchat run` sets; otherwise false.
   */
  hotReload?: boolean
  /**
   * Whether to reject with a LoginError, reason `expired`, instead of requesting a new login on the phone, when there is
   * no saved login that the server accepts. A saved login that this instance cannot use, such as one of another
   * transport, is then left unchanged, and the login rejects with a FileError. Default false.
   */
  resumeOnly?: boolean
  /**
   * Path of the file for the saved login; other files are stored next to it. Default `itchat.json` in the working
   * directory. A file that this library did not write stays unchanged, and the login rejects with an ArgumentError.
   */
  statusStorageDir?: string
  /** Store to use instead of a file. */
  sessionStore?: SessionStore
}

/** Options of `run()`. */
export interface RunOptions {
  /** Log at level `debug`. Default false. */
  debug?: boolean
  /** If false, return immediately and continue in the background. Default true. */
  blockThread?: boolean
  /** When it aborts, the instance is closed without logging out. */
  signal?: AbortSignal
}

/** Options of the calls that list contacts. */
export interface UpdateOptions {
  /** Request fresh data from the server. Default false. */
  update?: boolean
  /** Ends the wait; requests in flight are aborted. */
  signal?: AbortSignal
}

/** Options of `uploadFile()`. */
export interface UploadFileOptions extends Omit<SendFileOptions, 'queue'> {
  /** The file will be sent with `sendImage`. Default false. */
  isPicture?: boolean
  /** The file will be sent with `sendVideo`. Default false. */
  isVideo?: boolean
  /** Recipient to name in the upload request. Default `filehelper`; the uploaded file can be sent to any recipient. */
  toUserName?: string
}
