/** The ClawBot part of the account owner's phone. @see docs/ilink.md */
export interface ClawbotView {
  /** Id of the conversation with the bot. Its messages are `MessageView`s like those of every other chat. */
  chatId: string
  login: ClawbotLoginView
  /** The latest binding, which may have ended; absent before the first one. */
  binding?: ClawbotBindingView
  limits: ClawbotLimitsView
  /** The latest messages (up to 50) that were accepted but are not shown as sent, oldest first. */
  dropped: DroppedView[]
}

/** Progress of the binding. A QR code that is waiting takes precedence over an older binding. */
export type ClawbotLoginState =
  /** No program has requested a QR code yet. */
  | 'none'
  /** The QR code is waiting to be scanned. */
  | 'waiting'
  /** The phone asks for confirmation. */
  | 'scanned'
  /** The phone shows `verifyCode`, which must be entered in the program. */
  | 'verifyCode'
  /** The owner closed the prompt. The program is not told; the QR code expires. */
  | 'declined'
  /** Too many wrong verify codes. */
  | 'blocked'
  | 'expired'
  /** A program is bound. */
  | 'bound'
  /** The binding has ended; see `endReason`. */
  | 'ended'

/** The login of a program over the iLink protocol, as the phone shows it. */
export interface ClawbotLoginView {
  state: ClawbotLoginState
  /** Id of the QR code, which leads to the token; absent in the states `none`, `bound` and `ended`. */
  qrcode?: string
  /** The link encoded in the QR code; present while the QR code waits for the owner. */
  link?: string
  /**
   * The rows of the QR code without its quiet zone, `1` for dark and `0` for light; present until the code is scanned.
   */
  qr?: string[]
  /** Unix time in milliseconds at which the QR code expires. */
  expiresAt?: number
  /** State `verifyCode`: the digits that the phone shows. */
  verifyCode?: string
  /** State `verifyCode`: number of wrong codes that are still allowed. */
  attemptsLeft?: number
  /** State `ended`. */
  endReason?: 'tokenExpired' | 'boundElsewhere'
}

/** The binding between the owner and a program that uses the iLink protocol. */
export interface ClawbotBindingView {
  /** `…@im.bot`, new for each binding. */
  botId: string
  /** `…@im.wechat`, the owner's id in this protocol. */
  userId: string
  /** Unix time in milliseconds. */
  boundAt: number
  /** Whether the program has announced its start, or has polled, and has not announced its end. */
  online: boolean
  /** Whether the phone shows that the bot is typing. */
  typing: boolean
  /** Number of start and stop notices from the program. */
  notified: { starts: number; stops: number }
}

/** Why the service would refuse the program's next message. */
export type SendRefusal = 'needsMessage' | 'windowClosed' | 'quota' | 'throttled'

/** What the service still lets the bot send. */
export interface ClawbotLimitsView {
  /** Unix time in milliseconds until which the bot may write; absent before the owner's first message. */
  windowUntil?: number
  /** Number of messages that the bot may send after each message from the owner. */
  quota: number
  /** Number of messages that the bot may still send. */
  quotaLeft: number
  /** Unix time in milliseconds until which the bot may not write because it wrote too fast; absent if it may. */
  penaltyUntil?: number
  /** Whether messages from the bot are accepted but not shown. */
  isShadowed: boolean
  /** Absent if the next message would be accepted. */
  refusal?: SendRefusal
}

/** Why a message from the program is not shown as it was sent. @see docs/ilink.md §5 */
export type DropReason =
  | 'noClientId'
  | 'reusedClientId'
  | 'voice'
  | 'toolCall'
  | 'unknownItem'
  | 'emptyText'
  /** Only the first 2,000 characters are shown. `text` is the rest. */
  | 'textCut'
  | 'tooManyParts'
  /** The reference was not issued by the media server. */
  | 'unknownReference'
  /** The upload parameter was sent in place of the reference. */
  | 'uploadParam'
  /** The picture is shown, but gray. */
  | 'grayRawKey'
  | 'grayWrongKey'
  | 'grayWrongSize'
  | 'grayNoEncryptType'
  | 'shadow'
  /** Because of a fault. */
  | 'acceptedNotShown'

/** A message from the program that was answered with success but is not shown as it was sent. */
export interface DroppedView {
  /** The message id. The program receives it unless the reason is `shadow` or `acceptedNotShown`. */
  id: string
  /** Unix time in milliseconds. */
  at: number
  reason: DropReason
  /** `type` of the item. */
  itemType: number
  clientId: string
  /** The text or file name; `''` for other items. */
  text: string
}

export const CLAWBOT_ACTIONS = [
  'scan',
  'confirm',
  'decline',
  'expire',
  'requireVerifyCode',
  'alreadyBound',
  'redirect',
  'bindElsewhere',
  'expireToken',
  'openWindow',
  'closeWindow',
  'spendQuota',
  'throttle',
  'shadow',
] as const

/**
 * `scan` scans the QR code, `confirm` and `decline` answer the prompt. `expire` makes the QR code expire.
 * `requireVerifyCode` makes the next scan require a code (`code`, by default random). `alreadyBound` answers that the
 * owner is bound already. `redirect` sends the next status poll to `host`. `bindElsewhere` binds the owner to another
 * program, `expireToken` ends the token (with `isRevivable`, until the program announces its start). The others set the
 * limits: `spendQuota` takes `count` (by default all), `shadow` takes `isOn` (by default true).
 */
export type ClawbotAction = (typeof CLAWBOT_ACTIONS)[number]

/** Body of `POST /api/clawbot/<action>`; all fields are optional. */
export interface ClawbotActionRequest {
  /** `requireVerifyCode`: 4 to 8 digits. */
  code?: string
  /** `redirect`: host name, with the port if it is not the default. Default: the sandbox's own. */
  host?: string
  /** `expireToken` */
  isRevivable?: boolean
  /** `spendQuota` */
  count?: number
  /** `shadow` */
  isOn?: boolean
}

/** The kinds of messages that the owner can write to the bot. */
export const CLAWBOT_KINDS = ['text', 'image', 'voice', 'video', 'file', 'quote', 'unknown'] as const
