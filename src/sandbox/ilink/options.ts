import { SandboxError } from '../errors.js'

/** Options of the iLink service in the sandbox. Times pass on the sandbox's clock. @see docs/ilink.md */
export interface IlinkOptions {
  /** How long polls are held open, in milliseconds; announced to the program. Default 35,000. */
  holdMs?: number
  /** Lifetime of a QR code in milliseconds. Default 120,000. */
  qrLifeMs?: number
  /** Number of messages that the bot may send after each message from the owner. Default 10. */
  quota?: number
  /** How long the bot may write after a message from the owner, in milliseconds. Default 24 hours. */
  windowMs?: number
  /** How long sends are refused after the bot wrote too fast, in milliseconds. Default 60 minutes. */
  penaltyMs?: number
  /** Whether three pushes within a second start a penalty. Default false. */
  refusesBursts?: boolean
  /** Whether to warn about three pushes within a second. Replies are exempt. Default false. */
  pacing?: boolean
  /** Number of texts that are shown after each message from the owner; further ones are dropped. Default 10. */
  partsPerReply?: number
  /** Version of the owner's app: `old` quotes whole items, `new` only ids. Default `new`. */
  appFlavor?: 'new' | 'old'
  /**
   * The reply to an accepted message: with an id, an empty body, `{}`, or `{"ret":0}`. Default `id`.
   */
  sendReply?: 'id' | 'empty' | 'object' | 'ret'
  /** The codes in refusals. Default `both`. */
  errorShape?: 'both' | 'ret' | 'errcode'
  /** The text in refusals of messages. Default `prepare failed`. */
  refusalText?: string
  /** How 64-bit ids are written in JSON. Default `number`. */
  idAs?: 'number' | 'string'
  /** Which upload addresses the program receives. Default `both`. */
  uploadUrl?: 'both' | 'full' | 'param'
}

export type IlinkSettings = Required<IlinkOptions>

const DAY_MS = 24 * 60 * 60_000

const DEFAULTS: IlinkSettings = {
  holdMs: 35_000,
  qrLifeMs: 120_000,
  quota: 10,
  windowMs: DAY_MS,
  penaltyMs: 60 * 60_000,
  refusesBursts: false,
  pacing: false,
  partsPerReply: 10,
  appFlavor: 'new',
  sendReply: 'id',
  errorShape: 'both',
  refusalText: 'prepare failed',
  idAs: 'number',
  uploadUrl: 'both',
}

/** Fills in the defaults. Throws a `SandboxError` for a number that is not positive. */
export function ilinkSettings(options: boolean | IlinkOptions | undefined): IlinkSettings {
  const settings: IlinkSettings = { ...DEFAULTS, ...(typeof options === 'object' ? options : {}) }
  for (const [name, value] of Object.entries(settings)) {
    if (typeof value === 'number' && !(value > 0)) {
      throw new SandboxError(`Invalid ilink.${name} ${value}: expected a positive number.`)
    }
  }
  return settings
}
