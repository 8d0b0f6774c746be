import { realpath } from 'node:fs/promises'
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path'
import { DirectiveError } from '../errors.js'
import type { Message } from '../message/message.js'
import type { Downloads } from './downloads.js'
import type { SendAs } from './sendable-file.js'

/** How a text names a file to send. */
const DIRECTIVE = /^@(fil|img|vid)@([\s\S]*)$/
const ANYWHERE = /@(?:fil|img|vid)@/g
const AS: Readonly<Record<string, SendAs>> = { fil: 'file', img: 'image', vid: 'video' }

/** Received directives that are remembered, the latest; of each so many characters, of a text so many. */
const MAX_RECEIVED = 5_000
const MAX_KEPT = 1_000
const MAX_PER_TEXT = 20
const MAX_TEXT = 100_000

/** What is left of a text when the ways to write it differently are taken away. */
function canonical(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{Default_Ignorable_Code_Point}\p{Cc}]/gu, '')
}

/** Where strings may send files: in handlers by the rule, everywhere by the rule, or nowhere. */
export type DirectiveRule = 'handlers' | 'everywhere' | 'off'

export interface DirectiveOptions {
  rule: DirectiveRule
  /** Folders whose files a string may send from a handler. */
  mediaRoots: readonly string[]
  downloads: Downloads
  /** Own UserName, when it is known. */
  self(): string | undefined
  /** Absolute paths that no string may send, nor what lies beside them under the same name and more. */
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

  /** Remembers what a message says: a directive that stands in it is refused later. */
  heard(message: Message): void {
    const { location, card, note, sharing, request, RecommendInfo } = message
    const said = [message.Content, message.OriContent, message.originalFileName, message.Text]
    this.hear(...said, JSON.stringify({ location, card, note, sharing, request, RecommendInfo }))
  }

  /** Remembers texts, from each directive in them on. What is no text is passed over. */
  hear(...texts: unknown[]): void {
    for (const text of texts) {
      if (typeof text !== 'string') continue
      const plain = canonical(text.slice(0, MAX_TEXT))
      for (const { index } of [...plain.matchAll(ANYWHERE)].slice(0, MAX_PER_TEXT)) {
        this.#received.push(plain.slice(index, index + MAX_KEPT))
        if (this.#received.length > MAX_RECEIVED) this.#received.shift()
      }
    }
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
    const as = AS[kind] ?? 'file'
    if (message === undefined && rule === 'handlers') return { path: await this.#notSecret(name, process.cwd()), as }
    const chat = message?.user.UserName ?? toUserName
    const downloaded = this.#mayGo(chat, toUserName) ? downloads.find(name, chat, message?.MsgId) : undefined
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
      this.#options.secretFiles().map((file) => realpath(file).catch(() => resolve(file))),
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
