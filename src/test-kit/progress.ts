import { setImmediate as nextTurn } from 'node:timers/promises'
import type { RequestView } from '../sandbox/control/view.js'
import { Notifier } from '../sandbox/notifier.js'
import type { PollKind } from '../sandbox/traffic.js'

/** Turns of the event loop without progress after which only the clock or work outside the kit can cause progress. */
const QUIET_TURNS = 30

/** The same while the sandbox answers a request: it may be large, or a fault may delay it until the clock advances. */
const BUSY_TURNS = 300

const POLLS: ReadonlySet<string> = new Set<PollKind>(['login', 'synccheck', 'get_qrcode_status', 'getupdates'])

/** Counts what happens in the sandbox and in the bot, so that waits end without sleeping in real time. */
export class Progress {
  #count = 0
  readonly #notifier = new Notifier()
  /** Ids of the requests that the sandbox has not answered, except polls. */
  readonly #open = new Set<number>()

  changed(): void {
    this.#count++
    this.#notifier.notify()
  }

  /** Records the start or end of a request from the bot. */
  request({ id, endpoint, status }: RequestView): void {
    if (status === undefined && !POLLS.has(endpoint)) this.#open.add(id)
    else this.#open.delete(id)
    this.changed()
  }

  /** Whether the sandbox has not answered a request yet, other than a poll. */
  get isBusy(): boolean {
    return this.#open.size > 0
  }

  /** Resolves on the next change, or when a signal aborts. */
  wait(...signals: (AbortSignal | undefined)[]): Promise<void> {
    return this.#notifier.wait(...signals)
  }

  /** Resolves when requests in progress over the loopback connection have led to no change for a while. */
  async quiet(): Promise<void> {
    let last = this.#count
    for (let unchanged = 0; unchanged < (this.isBusy ? BUSY_TURNS : QUIET_TURNS); ) {
      await nextTurn()
      unchanged = this.#count === last && !isReadingFiles() ? unchanged + 1 : 0
      last = this.#count
    }
  }
}

/** The event loop may turn many times while the thread pool reads a file. */
function isReadingFiles(): boolean {
  return process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'))
}
