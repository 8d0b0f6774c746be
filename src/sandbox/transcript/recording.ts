import { closeSync, openSync, writeSync } from 'node:fs'
import type { Core } from '../core.js'
import { SandboxError } from '../errors.js'
import { fieldsOf } from '../read/fields.js'
import type { EventMap } from '../views/view.js'
import type { Action } from '../world/action.js'
import { textOf } from '../world/describe.js'
import type { Message } from '../world/message.js'
import { escapeJson } from './escape.js'
import { recordContent } from './record-content.js'
import { FILE_LIMIT_BYTES, TRANSCRIPT_VERSION, type TranscriptLine } from './schema.js'
import { worldSpec } from './world-spec.js'

/** The size of the largest recording that is kept in memory. */
const MEMORY_LIMIT_BYTES = 64 * 1024 * 1024
/** More than the last line of a recording that has reached its limit. */
const END_BYTES = 100

type WithoutAt<Line> = Line extends unknown ? Omit<Line, 'at'> : never

/** A line before it has a time. */
type NewLine = WithoutAt<TranscriptLine>

/**
 * Records what people, the phone and a test do, and what the program sends, until it is closed or has reached its limit:
 * 256 MiB in a file, 64 MiB in memory. A last line of type `end` then says so.
 */
export class TranscriptRecording {
  readonly #core: Core
  readonly #startedAt: number
  readonly #file: number | undefined
  readonly #lines: string[] = []
  readonly #numbers = new Map<string, number>()
  readonly #removers: (() => void)[] = []
  readonly #isOnline = { web: false, ilink: false }
  /** Lines are written in order, although the bytes of a medium are read asynchronously. */
  #written: Promise<void> = Promise.resolve()
  #closed: Promise<void> | undefined
  #sizeBytes = 0
  #isFull = false

  /** Use `sandbox.record()` instead. */
  constructor(core: Core, path: string | undefined) {
    this.#core = core
    this.#startedAt = core.clock.now()
    for (const fault of core.faults.list) refusePattern(fault.checked.path)
    this.#file = path === undefined ? undefined : open(path)
    this.#write(Promise.resolve([{ transcript: TRANSCRIPT_VERSION }, { world: worldSpec(core.world) }]))
    for (const fault of core.faults.list) this.#addFault(fault.id, fault.view())
    this.#updateOnline()
    const { events } = core.world
    this.#removers.push(
      events.on('acted', (action) => this.#onAction(action)),
      events.on('message', (message) => {
        if (message.origin === 'bot') this.#onSent(message)
      }),
      events.on('recalled', ({ message, byProgram }) => {
        const ref = this.#numbers.get(message.id)
        if (byProgram && ref !== undefined) this.#add({ type: 'sentRecall', ref })
      }),
      core.feed.onEvent(({ type, data }) => {
        if (type === 'delivered') this.#onFetched(data)
        if (type === 'login' || type === 'clawbot') this.#updateOnline()
      }),
    )
    core.recordings.add(this, path)
  }

  /** The lines recorded so far; empty if they are written to a file. Complete after `close`. */
  get lines(): readonly string[] {
    return this.#lines
  }

  /** The size of the lines recorded so far, with their line breaks. */
  get sizeBytes(): number {
    return this.#sizeBytes
  }

  /** Whether the recording has ended because it reached its limit. */
  get isFull(): boolean {
    return this.#isFull
  }

  /** Ends the recording. Rejects if the file could not be written. */
  close(): Promise<void> {
    this.#closed ??= (async () => {
      for (const remove of this.#removers) remove()
      try {
        await this.#written
      } finally {
        if (this.#file !== undefined) closeSync(this.#file)
        this.#core.recordings.remove(this)
      }
    })()
    return this.#closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #add(line: NewLine): void {
    this.#addLater(Promise.resolve(line))
  }

  #addLater(line: Promise<NewLine>): void {
    const at = this.#now()
    this.#write(line.then((fields) => [{ at, ...fields }]))
  }

  #write(lines: Promise<readonly object[]>): void {
    this.#written = this.#written.then(async () => {
      for (const line of await lines) this.#append(line)
    })
    // Reported by `close`.
    this.#written.catch(() => {})
  }

  #append(line: object): void {
    if (this.#isFull) return
    const limit = this.#file === undefined ? MEMORY_LIMIT_BYTES : FILE_LIMIT_BYTES
    let text = escapeJson(JSON.stringify(line))
    if (this.#sizeBytes + Buffer.byteLength(text) + END_BYTES > limit) {
      this.#isFull = true
      text = JSON.stringify({ at: this.#now(), type: 'end', reason: 'limit' } satisfies TranscriptLine)
      // Waits for this line.
      this.close().catch(() => {})
    }
    this.#sizeBytes += Buffer.byteLength(text) + 1
    if (this.#file === undefined) this.#lines.push(text)
    else writeSync(this.#file, `${text}\n`)
  }

  /** Milliseconds since the start. */
  #now(): number {
    return Math.max(0, Math.round(this.#core.clock.now() - this.#startedAt))
  }

  #number(message: Message): number {
    const n = this.#numbers.size + 1
    this.#numbers.set(message.id, n)
    return n
  }

  #onSent(message: Message): void {
    const { chatId, content, isBroken } = message
    const media = 'media' in content ? content.media : undefined
    this.#add({
      type: 'sent',
      n: this.#number(message),
      chat: chatId,
      kind: content.kind,
      text: textOf(content),
      ...(media ? { name: media.name, md5: media.md5 } : {}),
      ...(isBroken ? { isBroken } : {}),
    })
  }

  #onFetched({ ids }: EventMap['delivered']): void {
    const refs = ids.flatMap((id) => this.#numbers.get(id) ?? [])
    if (refs.length > 0) this.#add({ type: 'fetched', refs })
  }

  #updateOnline(): void {
    const { sessions, ilink } = this.#core
    const { binding } = ilink
    this.#setOnline('web', sessions.live?.polled === true)
    this.#setOnline('ilink', binding?.tokenState === 'valid' && binding.hasPolled)
  }

  #setOnline(protocol: 'web' | 'ilink', isOnline: boolean): void {
    if (isOnline === this.#isOnline[protocol]) return
    this.#isOnline[protocol] = isOnline
    this.#add({ type: isOnline ? 'online' : 'offline', protocol })
  }

  #addFault(id: string, view: object): void {
    const { id: _id, hits: _hits, requests: _requests, ...fault } = fieldsOf(view)
    this.#add({ type: 'fault', id, fault })
  }

  #content(content: Parameters<typeof recordContent>[1]) {
    return recordContent(this.#core, content, (id) => this.#numbers.get(id))
  }

  #onAction(action: Action): void {
    switch (action.type) {
      case 'say':
        this.#addSay(action.message)
        return
      case 'notice': {
        const { chatId, content } = action.message
        this.#add({ type: 'notice', n: this.#number(action.message), chat: chatId, text: textOf(content) })
        return
      }
      case 'requestFriend': {
        const { chatId, content } = action.message
        const n = this.#number(action.message)
        this.#add({ type: 'requestFriend', n, person: chatId, greeting: textOf(content) })
        return
      }
      case 'recall': {
        const ref = this.#numbers.get(action.message.id)
        if (ref !== undefined) this.#add({ type: 'recall', ref })
        return
      }
      case 'write': {
        const { shown, items, raw } = action
        const messages = shown.map((message) => ({ n: this.#number(message), content: this.#content(message.content) }))
        this.#addLater(
          Promise.all(messages.map(async ({ n, content }) => ({ n, content: await content }))).then((recorded) => ({
            type: 'write',
            messages: recorded,
            ...(items === undefined ? {} : { items: items.map((item) => ({ ...item })) }),
            ...(raw === undefined ? {} : { raw: { ...raw } }),
          })),
        )
        return
      }
      case 'raw':
        this.#add({ type: 'raw', fields: { ...action.fields } })
        return
      case 'fault':
        refusePattern(action.path)
        this.#addFault(action.id, action.fault)
        return
      default:
        this.#add(action)
    }
  }

  #addSay(message: Message): void {
    const n = this.#number(message)
    const { chatId, speaker, mentions } = message
    this.#addLater(
      this.#content(message.content).then((content) => ({
        type: 'say',
        n,
        chat: chatId,
        speaker,
        ...(mentions.length === 0 ? {} : { mentions: [...mentions] }),
        content,
      })),
    )
  }
}

/** A pattern from a file could take forever to match, so transcripts contain none. */
function refusePattern(path: string | RegExp | undefined): void {
  if (path instanceof RegExp) {
    throw new SandboxError(
      'A fault whose path is a RegExp cannot be recorded. Use the name of an endpoint or a path fragment.',
    )
  }
}

function open(path: string): number {
  try {
    return openSync(path, 'wx', 0o600)
  } catch (error) {
    const reason =
      error instanceof Error && 'code' in error && error.code === 'EEXIST' ? 'the file exists' : String(error)
    throw new SandboxError(`Cannot record to ${JSON.stringify(path)}: ${reason}. Choose another file.`)
  }
}
