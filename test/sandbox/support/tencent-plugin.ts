import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const DRIVER = join(import.meta.dirname, '../../witnesses/openclaw.mjs')

/** What the driver reports without being asked. */
interface Events {
  /** The plugin's modules are loaded. */
  ready: object
  /** The content of the QR code. */
  qr: { url: string }
  /** A request to a fixed host, which the driver sent to the sandbox instead. */
  redirected: { host: string; path: string }
  /** A message arrived. `path` is the file that was received with it. */
  message: { text: string; messageId: string; path?: string; mime?: string }
  /** The reply to a message was sent or refused. */
  answered: { error?: string }
  /** A line of the plugin's own log. */
  error: { line: string }
  log: { line: string }
  /** The plugin stopped receiving. */
  ended: { error?: string }
}

type Report = { [K in keyof Events]: { event: K } & Events[K] }[keyof Events]
type Answer = { id: number; result: unknown } | { id: number; error: string }

/** Tencent's own plugin in a process of its own, which uses one state folder. */
export class TencentPlugin {
  readonly #child: ChildProcess
  readonly #reports: Report[] = []
  readonly #answers = new Map<number, Answer>()
  readonly #waiting = new Set<() => void>()
  #lastId = 0
  #output = ''
  #exited = false

  private constructor(url: string, stateFolder: string) {
    this.#child = fork(DRIVER, [url], {
      env: { ...process.env, OPENCLAW_STATE_DIR: stateFolder },
      execArgv: [],
      stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text
      })
    }
    this.#child.on('message', (message: Report | Answer) => {
      if ('id' in message) this.#answers.set(message.id, message)
      else this.#reports.push(message)
      this.#wake()
    })
    this.#child.on('exit', () => {
      this.#exited = true
      this.#wake()
    })
  }

  /** Starts the plugin. `stateFolder` is what `newStateFolder` returned; two processes may use it one after the other. */
  static async launch(url: string, stateFolder: string): Promise<TencentPlugin> {
    const plugin = new TencentPlugin(url, stateFolder)
    await plugin.next('ready')
    return plugin
  }

  /** Removes and returns the oldest report of this type, waiting for one if necessary. */
  next<K extends keyof Events>(event: K): Promise<Events[K]> {
    return this.#until(`report "${event}"`, () => {
      const index = this.#reports.findIndex((report) => report.event === event)
      return index < 0 ? undefined : (this.#reports.splice(index, 1)[0] as unknown as Events[K])
    })
  }

  /** The reports of this type that `next` has not returned, oldest first. */
  reported<K extends keyof Events>(event: K): Events[K][] {
    return this.#reports.filter((report) => report.event === event) as unknown as Events[K][]
  }

  /** Shows a QR code (report `qr`) and resolves once the login has succeeded or failed. */
  login(): Promise<{ connected: boolean; accountId?: string; message?: string }> {
    return this.#call('login') as Promise<{ connected: boolean; accountId?: string; message?: string }>
  }

  /** Starts receiving with the saved login. */
  async start(): Promise<void> {
    await this.#call('start')
  }

  /** Stops receiving and sends the stop notice. */
  async stop(): Promise<void> {
    await this.#call('stop')
    await this.next('ended')
  }

  /** Sends a text that answers no message. Rejects with the plugin's error. */
  async sendText(to: string, text: string): Promise<void> {
    await this.#call('sendText', { to, text })
  }

  /** Sends a file with a caption. The plugin derives its kind from the extension of `path`. */
  async sendMedia(to: string, path: string, caption: string): Promise<void> {
    await this.#call('sendMedia', { to, text: caption, mediaUrl: path })
  }

  /** Resolves once the plugin has suspended the account because its session ended; in milliseconds. */
  suspended(): Promise<number> {
    return this.#call('suspended') as Promise<number>
  }

  /** Types the verify code, as the user does in the terminal. */
  typeCode(code: string): void {
    this.#child.stdin?.write(`${code}\n`)
  }

  /** Ends the process at once, as a crash would. */
  async kill(): Promise<void> {
    if (this.#exited) return
    const exited = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await exited
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
  }

  #call(call: string, options?: object): Promise<unknown> {
    const id = ++this.#lastId
    this.#child.send({ id, call, options })
    return this.#until(`answer to "${call}"`, () => {
      const answer = this.#answers.get(id)
      if (answer === undefined) return undefined
      this.#answers.delete(id)
      if ('error' in answer) throw new Error(answer.error)
      return answer
    }).then(({ result }) => result)
  }

  async #until<T>(what: string, find: () => T | undefined): Promise<T> {
    while (true) {
      const found = find()
      if (found !== undefined) return found
      if (this.#exited) throw new Error(`The plugin exited without ${what}.\n${this.#output}`)
      await new Promise<void>((resolve) => this.#waiting.add(resolve))
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }
}

/** Creates a folder for the plugin's files. */
export function newStateFolder(): string {
  return mkdtempSync(join(tmpdir(), 'openclaw-'))
}
