import { SandboxError } from '../errors.js'

/**
 * Options of the iLink service in the sandbox. Times pass on the sandbox's clock and are integers of at most 2^31 - 1 ms,
 * about 24 days. @see docs/ilink.md
 */
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

/** Timers of Node.js end at once beyond this. */
const MAX_MS = 2 ** 31 - 1

type Rule = readonly [expected: string, isValid: (value: unknown) => boolean]

const isCount = (value: unknown) => typeof value === 'number' && Number.isSafeInteger(value) && value > 0

const TIME: Rule = [
  `an integer number of milliseconds from 1 to ${MAX_MS}`,
  (value) => isCount(value) && Number(value) <= MAX_MS,
]
const COUNT: Rule = ['a positive integer', isCount]
const FLAG: Rule = ['true or false', (value) => typeof value === 'boolean']
const TEXT: Rule = ['a string', (value) => typeof value === 'string']
const oneOf = (...values: readonly string[]): Rule => [
  `one of ${values.join(', ')}`,
  (value) => values.some((known) => known === value),
]

const RULES: Readonly<Record<keyof IlinkSettings, Rule>> = {
  holdMs: TIME,
  qrLifeMs: TIME,
  quota: COUNT,
  windowMs: TIME,
  penaltyMs: TIME,
  refusesBursts: FLAG,
  pacing: FLAG,
  partsPerReply: COUNT,
  appFlavor: oneOf('new', 'old'),
  sendReply: oneOf('id', 'empty', 'object', 'ret'),
  errorShape: oneOf('both', 'ret', 'errcode'),
  refusalText: TEXT,
  idAs: oneOf('number', 'string'),
  uploadUrl: oneOf('both', 'full', 'param'),
}

/** Fills in the defaults. Throws a `SandboxError` for an unknown option or an invalid value. */
export function ilinkSettings(options: boolean | IlinkOptions | undefined): IlinkSettings {
  if (options === undefined || typeof options === 'boolean') return DEFAULTS
  if (typeof options !== 'object' || options === null) throw invalidOption('ilink', options, 'true, false or options')
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  for (const [name, value] of given) {
    const rule = Object.hasOwn(RULES, name) ? RULES[name as keyof IlinkSettings] : undefined
    if (!rule) throw invalidOption('ilink option', name, `one of ${Object.keys(RULES).join(', ')}`)
    const [expected, isValid] = rule
    if (!isValid(value)) throw invalidOption(`ilink.${name}`, value, expected)
  }
  return { ...DEFAULTS, ...Object.fromEntries(given) }
}

function invalidOption(name: string, value: unknown, expected: string): SandboxError {
  const found = typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : String(value)
  return new SandboxError(`Invalid ${name} ${found}: expected ${expected}.`)
}
