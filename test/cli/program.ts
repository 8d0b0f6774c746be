import { type ChildProcess, spawn } from 'node:child_process'
import { onTestFinished } from 'vitest'

export interface ProgramOptions {
  cwd?: string
  env?: Record<string, string>
  /** Whether to run the command in the system shell. */
  shell?: boolean
}

/** A program under test and its output. */
export class Program {
  readonly #child: ChildProcess
  text = ''
  readonly exited: Promise<number | null>
  readonly #isGroup: boolean
  #changed = () => {}

  constructor(command: string, args: string[] = [], { env, ...options }: ProgramOptions = {}) {
    // The process group allows the children of a shell to be killed along with it.
    this.#isGroup = options.shell === true && process.platform !== 'win32'
    this.#child = spawn(command, args, {
      ...options,
      detached: this.#isGroup,
      env: { ...process.env, NO_COLOR: '1', LC_ALL: 'C.UTF-8', ...env },
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        this.text += chunk
        this.#changed()
      })
    }
    this.exited = new Promise((resolve) => this.#child.on('close', resolve))
    onTestFinished(() => this.#kill())
  }

  interrupt(signal: 'SIGINT' | 'SIGTERM' = 'SIGINT') {
    this.#child.kill(signal)
  }

  /** Writes a line to the program's standard input. */
  enter(line: string) {
    this.#child.stdin?.write(`${line}\n`)
  }

  /** Resolves when the output matches. Rejects if the program exits first. */
  async shows(pattern: RegExp): Promise<RegExpExecArray> {
    let hasEnded = false
    while (true) {
      const match = pattern.exec(this.text)
      if (match) return match
      if (hasEnded) throw new Error(`The program exited before it wrote ${pattern}:\n${this.text}`)
      const changed = new Promise<false>((resolve) => {
        this.#changed = () => resolve(false)
      })
      hasEnded = await Promise.race([changed, this.exited.then(() => true)])
    }
  }

  /** Kills the program and its children. */
  async end(): Promise<void> {
    this.#kill()
    await this.exited
  }

  #kill() {
    const { pid, exitCode, signalCode } = this.#child
    if (pid === undefined || exitCode !== null || signalCode !== null) return
    if (this.#isGroup) process.kill(-pid, 'SIGKILL')
    else this.#child.kill('SIGKILL')
  }
}
