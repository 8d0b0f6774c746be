import { lstat, realpath } from 'node:fs/promises'
import { basename, relative, resolve, sep } from 'node:path'
import { DirectiveError } from '../errors.js'
import type { Message } from '../message/message.js'
import type { Downloads } from './downloads.js'
import type { SendAs } from './sendable-file.js'

/** How a text names a file to send. */
const DIRECTIVE = /^@(fil|img|vid)@([\s\S]*)$/
const ANYWHERE = /@(?:fil|img|vid)@/
const AS: Readonly<Record<string, SendAs>> = { fil: 'file', img: 'image', vid: 'video' }

/** Received texts with a directive in them that are remembered, the latest. */
const MAX_RECEIVED = 1_000

/** Where strings may send files: in handlers by the rule, everywhere by the rule, or nowhere. */
export type DirectiveRule = 'handlers' | 'everywhere' | 'off'

export interface DirectiveOptions {
  rule: DirectiveRule
  /** Folders whose files a string may send from a handler. */
  mediaRoots: readonly string[]
  downloads: Downloads
  /** Own UserName, when it is known. */
  self(): string | undefined
  /** Absolute paths that no string may send. */
  secretFiles(): readonly string[]
  /** The message whose handler is calling. */
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
  readonly #received: string[] = []

  constructor(options: DirectiveOptions) {
    this.#options = options
  }

  /** Remembers a received text: what stands in it is refused later. */
  heard(text: string): void {
    if (!ANYWHERE.test(text)) return
    this.#received.push(text)
    if (this.#received.length > MAX_RECEIVED) this.#received.shift()
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
    if (this.#received.some((heard) => heard.includes(text.trim())))
      throw refused('it was received in a message lately')
    if (message === undefined && rule === 'handlers') return { path: name, as: AS[kind] ?? 'file' }
    const chat = message?.user.UserName ?? toUserName
    const downloaded = downloads.find(name, chat, message?.MsgId)
    const path = downloaded !== undefined && this.#mayGo(chat, toUserName) ? downloaded : await this.#inMediaRoots(name)
    if (path === undefined) {
      throw refused(
        'a text in a handler may send only files downloaded in that conversation, to it, oneself or filehelper, or files under mediaRoots',
      )
    }
    await this.#checkNotSecret(path)
    return { path, as: AS[kind] ?? 'file' }
  }

  #mayGo(from: string, to: string): boolean {
    return to === from || to === 'filehelper' || to === this.#options.self()
  }

  /** Links are resolved before the question is asked. */
  async #inMediaRoots(name: string): Promise<string | undefined> {
    for (const root of this.#options.mediaRoots) {
      const real = await realpath(resolve(root, name)).catch(() => undefined)
      const realRoot = await realpath(root).catch(() => undefined)
      if (real === undefined || realRoot === undefined) continue
      const way = relative(realRoot, real)
      if (way !== '' && way.split(sep)[0] !== '..' && !way.startsWith(sep)) return real
    }
    return undefined
  }

  async #checkNotSecret(path: string): Promise<void> {
    const isLink = (await lstat(path).catch(() => undefined))?.isSymbolicLink() === true
    const secret = this.#options.secretFiles().some((file) => resolve(file) === resolve(path))
    if (isLink || secret || basename(path).startsWith('.'))
      throw refused('login state, hidden files and links are never sent by a text')
  }
}

function refused(why: string): DirectiveError {
  return new DirectiveError(
    `This text names a file to send, but ${why}. Nothing was sent. To send a file use sendFile() or itchat.file(path); to send the text as it stands use sendMsg().`,
  )
}
