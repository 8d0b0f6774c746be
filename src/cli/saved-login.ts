import { existsSync } from 'node:fs'
import { OtherServerError } from '../errors.js'
import { type AutoLoginOptions, FileError, FileSessionStore, Itchat, LoginError, web } from '../index.js'
import { ilink } from '../transports/ilink/index.js'
import { errorCode } from '../util/error-code.js'
import { oneLine } from '../util/one-line.js'
import { type AccountOptions, stateFileOf } from './account-options.js'
import { CommandError, explain } from './explain.js'
import { inLanguage } from './language.js'
import { Terminal } from './terminal.js'
import { TerminalLogger } from './terminal-logger.js'
import { abortWhenInterrupted } from './until-interrupted.js'

const STRINGS = {
  zh: {
    missing: (state: string) => `尚未登录：没有登录状态文件 ${state}。请先运行 npx itchat login，并扫描二维码。`,
    notLoggedIn: (state: string) =>
      `尚未登录：${state} 中没有仍然有效的登录状态。请先运行 npx itchat login，并扫描二维码。`,
    otherServer: (state: string, server: string, configured: string) =>
      `${state} 中的登录状态属于服务器 ${server}，而这个命令连接的是 ${configured}。请设置 ITCHAT_BASE_URL，或用 --state 指定另一个文件。文件没有改动。`,
    inUse: (state: string) =>
      `登录状态文件 ${state} 正在使用中（in use）：另一个程序（例如机器人）正在使用这份登录状态。请先停止它，或用 --state 指定另一个文件。`,
    unusable: (state: string) =>
      `${state} 中的登录状态无法使用，文件没有改动：它可能属于另一种传输层或另一个服务器（--transport、ITCHAT_BASE_URL），或者已损坏。用 npx itchat doctor 检查。`,
  },
  en: {
    missing: (state: string) =>
      `Not logged in: the file ${state} does not exist. Run npx itchat login and scan the QR code.`,
    notLoggedIn: (state: string) =>
      `Not logged in: ${state} contains no login that the server still accepts. Run npx itchat login and scan the QR code.`,
    otherServer: (state: string, server: string, configured: string) =>
      `The login in ${state} is for the server ${server}, and this command connects to ${configured}. Set ITCHAT_BASE_URL, or choose another file with --state. The file was left unchanged.`,
    inUse: (state: string) =>
      `The login state ${state} is in use by another program, such as a bot. Stop it first, or choose another file with --state.`,
    unusable: (state: string) =>
      `The login in ${state} cannot be used and was left unchanged: it may belong to another transport or server (--transport, ITCHAT_BASE_URL), or be damaged. Check it with npx itchat doctor.`,
  },
}

/** Creates an account that logs to the terminal, and explains there the errors that do not end the command. */
export function createAccount({ transport }: AccountOptions, logger: TerminalLogger): Itchat {
  const factory = transport === undefined ? undefined : { web, ilink }[transport]()
  const account = new Itchat({ logger, ...(factory ? { transport: factory } : {}) })
  account.on('error', ({ error }) => logger.warn(`! ${explain(error)}`))
  return account
}

/** A file store that records whether another program holds it. */
export class CommandStore extends FileSessionStore {
  isInUse = false

  override async lock(options?: Parameters<FileSessionStore['lock']>[0]) {
    const lock = await super.lock(options)
    this.isInUse = lock === undefined
    return lock
  }
}

/** Logs in with hot reload. @throws CommandError while another program uses the state file */
export async function logInWithState(account: Itchat, state: string, options: AutoLoginOptions): Promise<void> {
  const store = new CommandStore(state)
  try {
    await account.autoLogin({ ...options, hotReload: true, sessionStore: store })
  } catch (error) {
    throw store.isInUse ? new CommandError(inLanguage(STRINGS).inUse(state), { cause: error }) : error
  }
}

/** What a command does with a saved login. The signal aborts on Ctrl-C. */
export interface SavedLogin {
  account: Itchat
  /** Standard error, where everything for people is written. */
  terminal: Terminal
  logger: TerminalLogger
  signal: AbortSignal
}

/** The saved login is missing, or the server no longer accepts it. */
export class NotLoggedInError extends CommandError {
  constructor(state: string, cause?: unknown) {
    const { missing, notLoggedIn } = inLanguage(STRINGS)
    super(existsSync(state) ? notLoggedIn(state) : missing(state), { cause })
  }
}

/**
 * Resumes the saved login without asking the phone, and closes it afterwards without logging out. Messages that arrive
 * meanwhile wait in the journal, unless `use` calls `run()`.
 *
 * @throws NotLoggedInError; CommandError while another program uses the state file, or if the login in it is unusable
 */
export async function withSavedLogin<Result>(
  options: AccountOptions,
  use: (login: SavedLogin) => Promise<Result>,
): Promise<Result> {
  const state = stateFileOf(options)
  // Otherwise, the first command in a folder would create the files of an account there.
  if (!existsSync(state)) throw new NotLoggedInError(state)
  const terminal = new Terminal(process.stderr)
  const logger = new TerminalLogger(terminal)
  const account = createAccount(options, logger)
  const signal = abortWhenInterrupted(terminal)
  try {
    await resume(account, state, signal)
    return await use({ account, terminal, logger, signal })
  } finally {
    await account.close()
  }
}

async function resume(account: Itchat, state: string, signal: AbortSignal): Promise<void> {
  try {
    await logInWithState(account, state, { resumeOnly: true, signal })
  } catch (error) {
    if (error instanceof LoginError) throw new NotLoggedInError(state, error)
    // An error of the file system says what to do. Every other one is about the saved login.
    const isUnusable = error instanceof FileError && errorCode(error.cause) === undefined
    throw isUnusable ? new CommandError(describeUnusable(state, error), { cause: error }) : error
  }
}

function describeUnusable(state: string, { cause }: FileError): string {
  const { otherServer, unusable } = inLanguage(STRINGS)
  if (!(cause instanceof OtherServerError)) return unusable(state)
  return otherServer(state, oneLine(cause.server), cause.configured)
}
