import type { Dispatcher } from 'undici'
import type { SendFileOptions } from '../contact/actions.js'
import type { TransportFactory } from '../transport/transport.js'
import type { Clock } from '../util/clock.js'
import type { Logger } from '../util/logger.js'
import type { PacingOptions } from './outbox/pacing.js'
import type { SessionStore } from './persistence/session-store.js'

export interface ItchatOptions {
  /** The network the account is on, such as `web()`. Default: the one that `ITCHAT_TRANSPORT` names, else `web()`. */
  transport?: TransportFactory
  /** Where the server is, such as `http://127.0.0.1:8078`. Not beside `transport`. Default: `ITCHAT_BASE_URL`, else the real service. */
  baseUrl?: string
  /** Receives every line the library writes. Default: lines go to standard error. */
  logger?: Logger
  /** Default: the machine's time. */
  clock?: Clock
  /** Not beside `transport`. Default: direct on loopback, elsewhere as `HTTPS_PROXY` and `NO_PROXY` say. */
  dispatcher?: Dispatcher
  /** Where downloads with a relative path go. Default: the working directory. */
  downloadDir?: string
  /** Folders whose files a text from a handler may send (`@img@cat.png`). Default: none. */
  mediaRoots?: readonly string[]
  /**
   * Where texts like `@fil@name` may send files: `'handlers'` applies the rule of the documents inside handlers, `'everywhere'`
   * in the whole program, `'off'` lets no text send a file. Default `'handlers'`; for assistants choose one of the others.
   */
  directives?: 'handlers' | 'everywhere' | 'off'
  /** Graphemes of one message; a longer text goes out in parts. Default 2,000. */
  maxTextLength?: number
  /**
   * Frees a conversation whose handler runs longer; `close()` stops waiting for it, and its message counts as handled. Default: never; a
   * handler over a minute is reported.
   */
  handlerTimeoutMs?: number
  /**
   * How fast messages go out: WeChat restricts accounts that flood. Default: 20 at once, then one a second; on loopback as fast as
   * they come. What the server refuses as too frequent is tried again, more slowly, for five minutes.
   */
  pacing?: boolean | PacingOptions
}

/** What `qrCallback` gets. */
export interface QrCallbackInfo {
  uuid: string
  /** `'0'` once per QR, then the server's code of each poll, as `checkLogin()` answers it. */
  status: string
  /** PNG bytes with status `'0'`, else empty. */
  qrcode: Uint8Array
}

export interface QrOptions {
  /**
   * How the QR is printed in the terminal: `true` or 1 half-blocks, 2 two columns a module, negative inverted, `false` not
   * at all. Default `true`.
   */
  enableCmdQR?: boolean | number
  /**
   * Path of a PNG file to write the QR to; a login without `loginCallback` removes it when a code is confirmed, or the login fails.
   * Default: none; `QR.png` when `enableCmdQR` is `false`.
   */
  picDir?: string
  /** Takes the place of printing and writing. */
  qrCallback?: (info: QrCallbackInfo) => unknown
}

export interface LoginOptions extends QrOptions {
  /** Called after login, before messages arrive. With it the picture of the QR is left where it is. */
  loginCallback?: () => unknown
  /**
   * What to do when the session is lost: `'push'` asks the phone to confirm a new login, `'qr'` shows a QR when the phone does not.
   * Handlers are kept and `run()` goes on. Not after the program's own `logout()` or `close()`. Default false.
   */
  relogin?: 'push' | 'qr' | false
  /** Called when the session has ended, and is not offered again. */
  exitCallback?: () => unknown
  /** QR codes to show one after another until one is confirmed; 0 for none. Default 5. */
  maxQrRounds?: number
  /** For the whole login. Default 10 minutes. */
  loginTimeoutMs?: number
  signal?: AbortSignal
}

export interface AutoLoginOptions extends LoginOptions {
  /** Continue the session of the last run when the server still accepts it. Default false. */
  hotReload?: boolean
  /** Path of the file that keeps it; others lie beside it. Default `itchat.json` in the working directory. */
  statusStorageDir?: string
  /** Keeps it in place of a file. */
  sessionStore?: SessionStore
}

export interface RunOptions {
  /** Log at level `debug`. Default false. */
  debug?: boolean
  /** False: return at once, go on in the background. Default true. */
  blockThread?: boolean
  /** Ends the instance, without logging it out, when it aborts. */
  signal?: AbortSignal
}

export interface UpdateOptions {
  /** Ask the server anew. Default false. */
  update?: boolean
  signal?: AbortSignal
}

export interface UploadFileOptions extends SendFileOptions {
  /** To be sent with `sendImage`. Default false. */
  isPicture?: boolean
  /** To be sent with `sendVideo`. Default false. */
  isVideo?: boolean
  /** Whom it is meant for. Default `filehelper`; it can be sent to anybody. */
  toUserName?: string
}
