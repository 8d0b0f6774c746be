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

/** Matches text that names a file to send. */
const DIRECTIVE = /^@(fil|img|vid)@([\s\S]*)$/
const AS: Readonly<Record<string, SendAs>> = { fil: 'file', img: 'image', vid: 'video' }

/** Longer paths are refused, even if they resolve to a file. */
const MAX_PATH = 4_096

/** Where directives are restricted: in handlers or everywhere. `off` disables all directives. */
type DirectiveRule = 'handlers' | 'everywhere' | 'off'

interface DirectiveOptions {
  rule: DirectiveRule
  /** Folders from which a directive in a handler may send files. */
  mediaRoots: readonly string[]
  downloads: Downloads
  /** UserName of this account, once known. */
  self(): string | undefined
  /** UserName of the notes-to-self chat, if the network has one besides the chat with this account. */
  notebook(): string | undefined
  /** The message that the calling handler is processing, if this account received it. */
  current(): Message | undefined
}

/** A file that a directive may send. */
interface Directive {
  file: VerifiedFile
  as: SendAs
}

/** A path that the rule allows. */
interface Allowed {
  /** The path with links resolved. */
  path: string
  /** The folder below which hidden names are refused. */
  root: string
  /** The download that the path must still contain. */
  downloaded?: DownloadedFile
}

/**
 * Decides whether text may send a file. Text from a stranger must never do so, no matter how it passes through the
 * program.
 */
export class Directives {
  readonly #options: DirectiveOptions

  constructor(options: DirectiveOptions) {
    this.#options = options
  }

  /** Records a message's text, so that directives in it are refused later, for every account in this process. */
  recordMessage(message: Message): void {
    const { raw, Content, Text, ActualNickName, originalFileName, location, card, note, sharing, request } = message
    // Most texts are sent as they are shown.
    const decoded = Content === raw.Content && Text === Content ? undefined : [Content, Text]
    const payload = location ?? card ?? note ?? sharing ?? request
    // The file name may be from the journal of an earlier run.
    this.recordUntrusted(raw, decoded, ActualNickName, originalFileName, payload)
    if (typeof Text === 'string') processGuard.untrusted.addMessage(message.user.UserName, Text)
  }

  /** Records every string in values written by other users. */
  recordUntrusted(...values: readonly unknown[]): void {
    processGuard.untrusted.add(...values)
  }

  /** Prevents directives from sending these files and any file whose path is one of these paths plus an extension. */
  keepSecret(paths: readonly string[]): void {
    for (const path of paths) processGuard.secretFiles.add(path)
  }

  /** Records the message of an error, which may quote untrusted text. Never throws. */
  recordError(error: unknown): void {
    try {
      const text = error instanceof Error ? error.message : error
      if (typeof text === 'string') this.recordUntrusted(text)
    } catch {
      // Reading a property of a thrown object may throw.
    }
  }

  /**
   * Returns the file that a directive names; `undefined` if the text is not a directive. The file is checked again once
   * it is open.
   *
   * @throws DirectiveError for a directive that is not allowed
   * @throws FileError when the file does not exist
   */
  async read(text: string, toUserName: string): Promise<Directive | undefined> {
    const match = DIRECTIVE.exec(text)
    if (!match) return undefined
    const [, kind = '', name = ''] = match
    const { untrusted } = processGuard
    if (this.#options.rule === 'off') throw refused('directives are disabled (directives: off)')
    if (name.length > MAX_PATH) throw refused(`its path is longer than ${MAX_PATH} characters`)
    if (untrusted.has(text) || untrusted.resolvesTo(name)) throw refused(RECEIVED)
    const allowed = await this.#allowed(name, toUserName)
    // Compare resolved paths, too: the path of a file can be written in many ways.
    if (untrusted.resolvesTo(allowed.path)) throw refused(RECEIVED)
    checkNames(allowed, await secretFiles())
    const file = new VerifiedFile(allowed.path, (opened) => checkOpened(allowed, opened))
    return { file, as: AS[kind] ?? 'file' }
  }

  async #allowed(name: string, toUserName: string): Promise<Allowed> {
    const { rule, downloads, current, mediaRoots } = this.#options
    const message = current()
    // Handlers of other accounts count, too: text from their messages can reach this account.
    const isHandling = currentHandled() !== undefined
    if (!isHandling && rule === 'handlers') return { path: await realFile(name), root: await realpath(process.cwd()) }
    const chat = message?.user.UserName ?? toUserName
    const isOwn = !isHandling || message !== undefined
    const downloaded =
      isOwn && this.#isAllowedRecipient(chat, toUserName) ? downloads.find(name, chat, message?.MsgId) : undefined
    if (downloaded) {
      const path = await realFile(downloaded.path)
      return { path, root: dirname(path), downloaded }
    }
    for (const root of mediaRoots) {
      const path = await inside(root, name)
      if (path !== undefined) return { path, root: await realpath(root) }
    }
    const notebook = this.#options.notebook()
    const own = notebook === undefined ? ' or to your own account' : `, to your own account or to ${notebook}`
    throw refused(
      `in a handler, text may send only files under mediaRoots and files downloaded in that conversation, and the latter only to that conversation${own}`,
    )
  }

  #isAllowedRecipient(from: string, to: string): boolean {
    const { notebook, self } = this.#options
    return to === from || to === notebook() || to === self()
  }
}

const RECEIVED = 'it was received in a recent message or name'
const SECRET = 'login state and hidden files cannot be sent by text'

/** Absolute paths of the login states of this process, with links resolved. */
function secretFiles(): Promise<string[]> {
  return Promise.all([...processGuard.secretFiles].map((file) => realpath(file).catch(() => resolve(file))))
}

/**
 * Refuses login state and hidden names. For a path below the root, only the part below it counts; otherwise, the whole
 * path counts.
 */
function checkNames({ path, root }: Allowed, secrets: readonly string[]): void {
  const subpath = relative(root, path)
  const isHidden = (isOutside(subpath) ? path : subpath).split(sep).some((part) => part.startsWith('.'))
  const isSecret = secrets.some((secret) => path === secret || path.startsWith(`${secret}.`))
  if (isHidden || isSecret) throw refused(SECRET)
}

/** Checks that the open file is still the file at the allowed path, which may have been replaced in between. */
async function checkOpened({ path, downloaded }: Allowed, { file, source }: OpenedFile): Promise<void> {
  const identity = await file.stat({ bigint: true })
  const isUnchanged = (await realpath(path)) === path && isSameFile(identity, await stat(path, { bigint: true }))
  if (!isUnchanged) throw refused('the file at its path was replaced while it was being checked')
  if (downloaded && !(isSameFile(identity, downloaded.identity) && source.md5 === downloaded.md5)) {
    throw refused('the downloaded file was replaced')
  }
  const head = Buffer.alloc(Math.min(STATE_HEAD_BYTES, source.sizeBytes))
  await source.readInto(head, 0)
  if (isStateFile(basename(path), head)) throw refused(SECRET)
}

/**
 * The path of a file with links resolved. An unresolvable path is never shortened, because it could then refer to
 * another file.
 */
async function realFile(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (cause) {
    const code = errorCode(cause)
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw refused('its path cannot be resolved')
    throw new FileError(`${path} cannot be sent: the file does not exist.`, { path, cause })
  }
}

/**
 * The real path of a name below a folder; `undefined` if it does not exist or is outside the folder, including through
 * links.
 */
async function inside(root: string, name: string): Promise<string | undefined> {
  const realRoot = await realpath(root).catch(() => undefined)
  if (realRoot === undefined) return undefined
  // `resolve` would reduce `missing/../x` to `x`.
  const real = await realpath(isAbsolute(name) ? name : `${realRoot}${sep}${name}`).catch(() => undefined)
  if (real === undefined || real === realRoot) return undefined
  return isOutside(relative(realRoot, real)) ? undefined : real
}

const isOutside = (subpath: string) => isAbsolute(subpath) || subpath.split(sep)[0] === '..'

function refused(why: string): DirectiveError {
  return new DirectiveError(
    `This text names a file to send, but ${why}. Nothing was sent. To send a file, use sendFile() or itchat.file(path); to send the text verbatim, use sendMsg().`,
  )
}
