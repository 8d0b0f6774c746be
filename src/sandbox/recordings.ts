import { basename } from 'node:path'
import { SandboxError } from './errors.js'
import type { RecordingView } from './views/recording-view.js'

interface Recording {
  readonly lines: readonly string[]
  readonly sizeBytes: number
  readonly isFull: boolean
  close(): Promise<void>
}

/** The running recordings of an account, and the latest one that was started on the page. */
export class Recordings {
  /** The paths of the files, by recording. */
  readonly #running = new Map<Recording, string | undefined>()
  readonly #onChange: (view: RecordingView) => void
  #fromPage: { readonly recording: Recording; readonly startedAt: number } | undefined

  constructor(onChange: (view: RecordingView) => void) {
    this.#onChange = onChange
  }

  get view(): RecordingView {
    const files = [...this.#running.values()].flatMap((path) => (path === undefined ? [] : basename(path)))
    if (!this.#fromPage) return { state: 'none', files }
    const { recording, startedAt } = this.#fromPage
    if (this.#running.has(recording)) return { state: 'running', startedAt, files }
    const { lines, sizeBytes, isFull } = recording
    const full = isFull ? { isFull } : {}
    return { state: 'stopped', startedAt, lineCount: lines.length, sizeBytes, ...full, files }
  }

  /** The lines of the recording from the page. Throws without a recording. */
  get text(): string {
    return this.#ofPage()
      .lines.map((line) => `${line}\n`)
      .join('')
  }

  /** Called by a recording that starts. */
  add(recording: Recording, path: string | undefined): void {
    this.#running.set(recording, path)
    if (path !== undefined) this.#onChange(this.view)
  }

  /** Called by a recording whose last line has been written. */
  remove(recording: Recording): void {
    const path = this.#running.get(recording)
    this.#running.delete(recording)
    if (path !== undefined || recording === this.#fromPage?.recording) this.#onChange(this.view)
  }

  /** Starts a recording from the page, which replaces the previous one. Throws while that one is running. */
  start(create: () => Recording, startedAt: number): void {
    if (this.#fromPage && this.#running.has(this.#fromPage.recording)) {
      throw new SandboxError('Cannot start a recording: one is already running. Stop it first.')
    }
    this.#fromPage = { recording: create(), startedAt }
    this.#onChange(this.view)
  }

  /** Ends the recording from the page. */
  async stop(): Promise<void> {
    await this.#ofPage().close()
  }

  /** Ends all recordings. Rejects if one of them could not be written. */
  async close(): Promise<void> {
    const outcomes = await Promise.allSettled([...this.#running.keys()].map((recording) => recording.close()))
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
  }

  #ofPage(): Recording {
    if (!this.#fromPage) throw new SandboxError('The page has not recorded a transcript. Start a recording first.')
    return this.#fromPage.recording
  }
}
