import type { HeadImageOptions, OperationOptions } from '../contact/operations.js'
import { checkOptions, type NamesOf } from '../util/check-options.js'
import { describeName, describeValue, invalidArgument } from '../util/invalid-argument.js'
import type { Logger } from '../util/logger.js'
import type {
  AutoLoginOptions,
  ItchatOptions,
  LoginOptions,
  QrOptions,
  RunOptions,
  UpdateOptions,
  UploadFileOptions,
} from './options.js'

const ITCHAT_OPTIONS: NamesOf<ItchatOptions> = {
  transport: true,
  baseUrl: true,
  logger: true,
  clock: true,
  dispatcher: true,
  downloadDir: true,
  mediaRoots: true,
  directives: true,
  maxTextLength: true,
  handlerTimeoutMs: true,
  pacing: true,
}

const QR_OPTIONS: NamesOf<QrOptions> = { enableCmdQR: true, picDir: true, qrCallback: true }

export const GET_QR_OPTIONS: NamesOf<QrOptions & OperationOptions & { uuid?: string }> = {
  ...QR_OPTIONS,
  uuid: true,
  signal: true,
}

export const LOGIN_OPTIONS: NamesOf<LoginOptions> = {
  ...QR_OPTIONS,
  loginCallback: true,
  verifyCodeCallback: true,
  relogin: true,
  exitCallback: true,
  maxQrRounds: true,
  loginTimeoutMs: true,
  signal: true,
}

export const AUTO_LOGIN_OPTIONS: NamesOf<AutoLoginOptions> = {
  ...LOGIN_OPTIONS,
  hotReload: true,
  resumeOnly: true,
  statusStorageDir: true,
  sessionStore: true,
}

export const RUN_OPTIONS: NamesOf<RunOptions> = { debug: true, blockThread: true, signal: true }

export const UPLOAD_OPTIONS: NamesOf<UploadFileOptions> = {
  isPicture: true,
  isVideo: true,
  toUserName: true,
  name: true,
  onProgress: true,
  signal: true,
}

export const UPDATE_OPTIONS: NamesOf<UpdateOptions> = { update: true, signal: true }

export const CHATROOMS_OPTIONS: NamesOf<UpdateOptions & { contactOnly?: boolean }> = {
  ...UPDATE_OPTIONS,
  contactOnly: true,
}

export const HEAD_IMAGE_OPTIONS: NamesOf<HeadImageOptions> = {
  userName: true,
  chatroomUserName: true,
  picDir: true,
  signal: true,
}

const DIRECTIVE_RULES: Readonly<Record<NonNullable<ItchatOptions['directives']>, true>> = {
  handlers: true,
  everywhere: true,
  off: true,
}
const LOGGER_METHODS: NamesOf<Logger> = { debug: true, info: true, warn: true, error: true }

/** Checks the options of an instance, apart from those of its transport and the pacing. @throws ArgumentError */
export function checkItchatOptions(options: ItchatOptions): void {
  checkOptions(options, ITCHAT_OPTIONS)
  const { logger, downloadDir, mediaRoots, directives, maxTextLength, handlerTimeoutMs } = options
  const check = (name: keyof ItchatOptions, isValid: boolean, expected: string) => {
    if (isValid || options[name] === undefined) return
    const value: unknown = options[name]
    throw invalidArgument(name, { expected, found: name === 'directives' ? describeName(value) : describeValue(value) })
  }
  const methods = Object.keys(LOGGER_METHODS)
  check(
    'logger',
    methods.every((name) => isFunction(logger, name)),
    `an object with the methods ${methods.join(', ')}`,
  )
  check('downloadDir', isPath(downloadDir), 'a path')
  // A string would be read as a list of its letters, and `/` as the root of all files.
  check('mediaRoots', Array.isArray(mediaRoots) && mediaRoots.every(isPath), 'a list of paths')
  const rules = Object.keys(DIRECTIVE_RULES)
  check('directives', rules.includes(directives ?? ''), `one of ${rules.join(', ')}`)
  check('maxTextLength', isAtLeast(1, maxTextLength), 'a number of at least 1')
  check('handlerTimeoutMs', isAtLeast(1, handlerTimeoutMs), 'a number of at least 1')
}

function isFunction(object: unknown, name: string): boolean {
  const isObject = (typeof object === 'object' && object !== null) || typeof object === 'function'
  return isObject && typeof Reflect.get(object, name) === 'function'
}

function isPath(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

function isAtLeast(least: number, value: unknown): boolean {
  return typeof value === 'number' && value >= least
}
