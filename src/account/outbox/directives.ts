import { realpath, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path'
import { DirectiveError, FileError } from '../../errors.js'
import type { Message } from '../../message/message.js'
import type { SendAs } from '../../transport/content.js'
import { errorCode } from '../../util/error-code.js'
import { isSameFile } from '../../util/file-identity.js'
import { isStateFile, STATE_HEAD_BYTES } from '../persistence/state-files.js'
import { currentHandled } from '../user-code.js'
import type { DownloadedFile, Downloads } from './downloads.js'
import { processGuard } from './process-guard.js'
import { type OpenedFile, VerifiedFile } from './source.js'

/** How a text names a file to send. */
const DIRECTIVE = /^@(fil|img|vid)@([\s\S]*)$/
const AS: Readonly<Record<string, SendAs>> = { fil: 'file', img: 'image', vid: 'video' }

/** Longer paths are refused, also where they lead to a file by a long detour. */
const MAX_PATH = 4_096

/** Where strings may send files: in handlers by the rule, everywhere by the rule, or nowhere. */
type DirectiveRule = 'handlers' | 'everywhere' | 'off'

interface DirectiveOptions {
  rule: DirectiveRule
  /** Folders whose files a string may send from a handler. */
  mediaRoots: readonly string[]
  downloads: Downloads
  /** Own UserName, when it is known. */
  self(): string | undefined
  /** UserName of the chat with oneself besides it, where there is one. */
  notebook(): string | undefined
  /** The message of this account whose handler is calling. */
  current(): Message | undefined
}

/** A file that a text may send. */
interface Directive {
  file: VerifiedFile
  as: SendAs
}

/** Where the rule allows a name to lead. */
interface Allowed {
  /** Without links. */
  path: string
  /** Nothing hidden below it may be named. */
  root: string
  /** What has to be there. */
  downloaded?: DownloadedFile
}

/**
 * Decides which texts may send a file. What a stranger wrote must never do so, whatever path it took through the program.
 */
export class Directives {
  readonly #options: DirectiveOptions

  constructor(options: DirectiveOptions) {
    this.#options = options
  }

  /** Records what a message says: a directive that stands in it is refused later, whichever account is made to send it. */
  recordMessage(message: Message): void {
    const { raw, Content, Text, ActualNickName, originalFileName, location, card, note, sharing, request } = message
    // The name may come from the journal, where an earlier run put it.
    this.recordUntrusted(raw, Content, Text, ActualNickName, originalFileName, location, card, note, sharing, request)
    if (typeof Text === 'string') processGuard.untrusted.addInTurn(message.user.UserName, Text)
  }

  /** Records every text in what others wrote or named. */
  recordUntrusted(...values: readonly unknown[]): void {
    processGuard.untrusted.add(...values)
  }

  /** No text may send these, now or later, nor what starts with their names. */
  keepSecret(paths: readonly string[]): void {
    for (const path of paths) processGuard.secretFiles.add(path)
  }

  /** Records the text of an error: it may quote what others wrote. Never throws. */
  recordError(error: unknown): void {
    try {
      const said = error instanceof Error ? error.message : error
      if (typeof said === 'string') this.recordUntrusted(said)
    } catch {
      // A program may throw objects that throw.
    }
  }

  /**
   * The file a text means; `undefined` for a text without a directive. It is checked again once it is open.
   *
   * @throws DirectiveError for one that may not send a file. Nothing is sent then.
   * @throws FileError when there is no such file
   */
  async read(text: string, toUserName: string): Promise<Directive | undefined> {
    const match = DIRECTIVE.exec(text)
    if (!match) return undefined
    const [, kind = '', name = ''] = match
    const { untrusted } = processGuard
    if (this.#options.rule === 'off') throw refused('this program sends no files by a text (directives: off)')
    if (name.length > MAX_PATH) throw refused(`its path is longer than ${MAX_PATH} characters`)
    if (untrusted.has(text) || untrusted.leadsTo(name)) throw refused(RECEIVED)
    const allowed = await this.#allowed(name, toUserName)
    // However it was written: the file counts.
    if (untrusted.leadsTo(allowed.path)) throw refused(RECEIVED)
    checkNames(allowed, await secretFiles())
    const file = new VerifiedFile(allowed.path, (opened) => checkOpened(allowed, opened))
    return { file, as: AS[kind] ?? 'file' }
  }

  async #allowed(name: string, toUserName: string): Promise<Allowed> {
    const { rule, downloads, current, mediaRoots } = this.#options
    const message = current()
    // Also a handler of another account: what its message says reaches this one.
    const isHandling = currentHandled() !== undefined
    if (!isHandling && rule === 'handlers') return { path: await realFile(name), root: await realpath(process.cwd()) }
    const chat = message?.user.UserName ?? toUserName
    const isOwn = !isHandling || message !== undefined
    const downloaded = isOwn && this.#mayGo(chat, toUserName) ? downloads.find(name, chat, message?.MsgId) : undefined
    if (downloaded) {
      const path = await realFile(downloaded.path)
      return { path, root: dirname(path), downloaded }
    }
    for (const root of mediaRoots) {
      const path = await inside(root, name)
      if (path !== undefined) return { path, root: await realpath(root) }
    }
    const notebook = this.#options.notebook()
    const own = notebook === undefined ? ' or oneself' : `, oneself or ${notebook}`
    throw refused(
      `a text in a handler may send only files downloaded in that conversation, to it${own}, or files under mediaRoots`,
    )
  }

  #mayGo(from: string, to: string): boolean {
    const { notebook, self } = this.#options
    return to === from || to === notebook() || to === self()
  }
}

const RECEIVED = 'it was received in a message or a name lately'
const SECRET = 'login state and hidden files are never sent by a text'

/** Absolute paths of this process's login states, without links. */
function secretFiles(): Promise<string[]> {
  return Promise.all([...processGuard.secretFiles].map((file) => realpath(file).catch(() => resolve(file))))
}

/** Below the root nothing hidden may be named, elsewhere nothing hidden at all. */
function checkNames({ path, root }: Allowed, secrets: readonly string[]): void {
  const way = relative(root, path)
  const isHidden = (isOutside(way) ? path : way).split(sep).some((part) => part.startsWith('.'))
  const isSecret = secrets.some((secret) => path === secret || path.startsWith(`${secret}.`))
  if (isHidden || isSecret) throw refused(SECRET)
}

/** What was allowed by its path is compared with what is open: between the two it may have been replaced. */
async function checkOpened({ path, downloaded }: Allowed, { file, source }: OpenedFile): Promise<void> {
  const identity = await file.stat({ bigint: true })
  const isThere = (await realpath(path)) === path && isSameFile(identity, await stat(path, { bigint: true }))
  if (!isThere) throw refused('its path leads to another file since it was checked')
  if (downloaded && !(isSameFile(identity, downloaded.identity) && source.md5 === downloaded.md5)) {
    throw refused('what has its name now is not the file that was downloaded')
  }
  const head = await source.read(0, Math.min(STATE_HEAD_BYTES, source.sizeBytes))
  if (isStateFile(basename(path), head)) throw refused(SECRET)
}

/** The path of a file without links. One that cannot be followed is never shortened: it could lead elsewhere then. */
async function realFile(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (cause) {
    const code = errorCode(cause)
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw refused('its path cannot be followed to a file')
    throw new FileError(`${path} cannot be sent: there is no such file.`, { path, cause })
  }
}

/** The real path of a name below a folder; `undefined` for one that is not there or leads out, also through links. */
async function inside(root: string, name: string): Promise<string | undefined> {
  const realRoot = await realpath(root).catch(() => undefined)
  if (realRoot === undefined) return undefined
  // Not `resolve`: it would take `missing/../x` for `x`.
  const real = await realpath(isAbsolute(name) ? name : `${realRoot}${sep}${name}`).catch(() => undefined)
  if (real === undefined || real === realRoot) return undefined
  return isOutside(relative(realRoot, real)) ? undefined : real
}

const isOutside = (way: string) => isAbsolute(way) || way.split(sep)[0] === '..'

function refused(why: string): DirectiveError {
  return new DirectiveError(
    `This text names a file to send, but ${why}. Nothing was sent. To send a file use sendFile() or itchat.file(path); to send the text as it stands use sendMsg().`,
  )
}
