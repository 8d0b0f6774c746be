import { realpath } from 'node:fs/promises'
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path'
import { DirectiveError } from '../../errors.js'
import type { Message } from '../../message/message.js'
import type { Downloads } from './downloads.js'
import { handledNow, processRecord } from './process-record.js'
import type { SendAs } from './sendable-file.js'

/** How a text names a file to send. */
const DIRECTIVE = /^@(fil|img|vid)@([\s\S]*)$/
const AS: Readonly<Record<string, SendAs>> = { fil: 'file', img: 'image', vid: 'video' }

/** Where strings may send files: in handlers by the rule, everywhere by the rule, or nowhere. */
export type DirectiveRule = 'handlers' | 'everywhere' | 'off'

export interface DirectiveOptions {
  rule: DirectiveRule
  /** Folders whose files a string may send from a handler. */
  mediaRoots: readonly string[]
  downloads: Downloads
  /** Own UserName, when it is known. */
  self(): string | undefined
  /** The message of this account whose handler is calling. */
  current(): Message | undefined
}

/** A file that a text may send. */
export interface Directive {
  path: string
  as: SendAs
}

/**
 * Decides which texts may send a file. What a stranger wrote must never do so, whatever path it took through the program.
 */
export class Directives {
  readonly #options: DirectiveOptions

  constructor(options: DirectiveOptions) {
    this.#options = options
  }

  /** Remembers what a message says: a directive that stands in it is refused later, whichever account is made to send it. */
  heard(message: Message): void {
    const { raw, Content, Text, ActualNickName, originalFileName, location, card, note, sharing, request } = message
    // The name may come from the journal, where an earlier run put it.
    this.hear(raw, Content, Text, ActualNickName, originalFileName, location, card, note, sharing, request)
  }

  /** Remembers every text in what others wrote or named. */
  hear(...values: readonly unknown[]): void {
    processRecord.heard.add(...values)
  }

  /**
   * The file a text means; `undefined` for a text that is none.
   *
   * @throws DirectiveError for one that may not send a file. Nothing is sent then.
   */
  async read(text: string, toUserName: string): Promise<Directive | undefined> {
    const match = DIRECTIVE.exec(text)
    if (!match) return undefined
    const { rule, downloads, current } = this.#options
    const [, kind = '', name = ''] = match
    const message = current()
    if (rule === 'off') throw refused('this program sends no files by a text (directives: off)')
    if (processRecord.heard.has(text)) throw refused('it was received in a message or a name lately')
    const as = AS[kind] ?? 'file'
    // Also a handler of another account: what its message says reaches this one.
    const isHandling = handledNow() !== undefined
    if (!isHandling && rule === 'handlers') return { path: await this.#notSecret(name, process.cwd()), as }
    const chat = message?.user.UserName ?? toUserName
    const isOwn = !isHandling || message !== undefined
    const downloaded = isOwn && this.#mayGo(chat, toUserName) ? downloads.find(name, chat, message?.MsgId) : undefined
    if (downloaded !== undefined) return { path: await this.#notSecret(downloaded, dirname(downloaded)), as }
    for (const root of this.#options.mediaRoots) {
      const path = await inside(root, name)
      if (path !== undefined) return { path: await this.#notSecret(path, await realpath(root)), as }
    }
    throw refused(
      'a text in a handler may send only files downloaded in that conversation, to it, oneself or filehelper, or files under mediaRoots',
    )
  }

  #mayGo(from: string, to: string): boolean {
    return to === from || to === 'filehelper' || to === this.#options.self()
  }

  /**
   * The path with its links resolved; below `root` nothing hidden may be named, elsewhere nothing hidden at all. A path that leads
   * nowhere stays: sending it says so.
   */
  async #notSecret(path: string, root: string): Promise<string> {
    const real = await realpath(path).catch(() => resolve(path))
    const secrets = await Promise.all(
      [...processRecord.secretFiles].map((file) => realpath(file).catch(() => resolve(file))),
    )
    const way = relative(root, real)
    const isHidden = (isOutside(way) ? real : way).split(sep).some((part) => part.startsWith('.'))
    if (isHidden || secrets.some((secret) => real === secret || real.startsWith(`${secret}.`)))
      throw refused('login state and hidden files are never sent by a text')
    return real
  }
}

/** The real path of a name below a folder; `undefined` for one that is not there or leads out, also through links. */
async function inside(root: string, name: string): Promise<string | undefined> {
  const real = await realpath(resolve(root, name)).catch(() => undefined)
  const realRoot = await realpath(root).catch(() => undefined)
  if (real === undefined || realRoot === undefined || real === realRoot) return undefined
  return isOutside(relative(realRoot, real)) ? undefined : real
}

const isOutside = (way: string) => isAbsolute(way) || way.split(sep)[0] === '..'

function refused(why: string): DirectiveError {
  return new DirectiveError(
    `This text names a file to send, but ${why}. Nothing was sent. To send a file use sendFile() or itchat.file(path); to send the text as it stands use sendMsg().`,
  )
}
