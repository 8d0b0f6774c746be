import type { ChildProcess } from 'node:child_process'

/** How long a program may take to end after SIGTERM, in real time. */
const STOP_MS = 1000

/** The end of what a program wrote to standard error is shown up to this length. */
const MAX_OUTPUT_LENGTH = 2000

/** The process of a program under test. */
export class ProgramProcess {
  /** Resolves to `end` when the process has ended and its output is complete. */
  readonly ended: Promise<string>
  readonly #child: ChildProcess
  #end: string | undefined

  constructor(child: ChildProcess) {
    this.#child = child
    let output = ''
    child.stderr?.on('data', (chunk) => {
      output = `${output}${chunk}`.slice(-MAX_OUTPUT_LENGTH)
    })
    // An unread pipe blocks a program that writes a lot.
    child.stdout?.resume()
    this.ended = new Promise((resolve) => {
      const end = (how: string) => {
        const errors = output.trim()
        this.#end ??= `The program ${how}.${errors === '' ? '' : ` The end of its standard error:\n${errors}`}`
        resolve(this.#end)
      }
      child.once('error', ({ message }) => end(`could not be started: ${message}`))
      child.once('close', (code, signal) => end(signal ? `was ended by ${signal}` : `has ended with exit code ${code}`))
    })
  }

  /** How the process has ended; `undefined` while it is running. */
  get end(): string | undefined {
    return this.#end
  }

  /** Ends the process, by force if it does not end in time. */
  async stop(): Promise<void> {
    const { pid, exitCode, signalCode, stdout, stderr } = this.#child
    if (pid !== undefined && exitCode === null && signalCode === null) {
      const exited = new Promise((resolve) => this.#child.once('exit', resolve))
      const force = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS)
      this.#child.kill()
      await exited
      clearTimeout(force)
    }
    // A process that the program started may keep them open.
    stdout?.destroy()
    stderr?.destroy()
  }
}
