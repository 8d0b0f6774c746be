import { type EndCode, Session } from './session.js'
import type { SyncEvent } from './sync-event.js'
import { SyncEventLog } from './sync-event-log.js'
import { SyncKeys } from './sync-keys.js'

const LIMIT = 50

/**
 * The sessions of the account and the sync events that they share. At most one session is live. Recently ended sessions
 * are kept in order to report why they ended.
 */
export class Sessions {
  readonly log = new SyncEventLog()
  readonly keys: SyncKeys
  readonly #sessions: Session[] = []
  readonly #authTickets = new Set<string>()
  readonly #onChange: (session: Session) => void
  readonly #onEnd: (code: EndCode) => void

  /** `onEnd` is called before a session ends, unless a new one ends it. */
  constructor(nowMs: number, onChange: (session: Session) => void, onEnd: (code: EndCode) => void) {
    this.#onEnd = onEnd
    this.keys = new SyncKeys(nowMs)
    this.#onChange = onChange
  }

  /** The latest session, which may have ended. */
  get latest(): Session | undefined {
    return this.#sessions.at(-1)
  }

  /** The live session, if any. */
  get live(): Session | undefined {
    const latest = this.latest
    return latest?.endCode === undefined ? latest : undefined
  }

  /** Starts a session. If another session is live, it ends with 1101. @see docs/protocol.md §3.4 */
  start(uin: number, nowMs: number, builtins: Iterable<string>): Session {
    this.#finish(1101)
    const session = new Session(uin, nowMs, builtins, this)
    this.#sessions.push(session)
    if (this.#sessions.length > LIMIT) this.#sessions.shift()
    this.#authTickets.add(session.authTicket)
    this.#onChange(session)
    return session
  }

  /** Ends the live session, if any. */
  end(code: EndCode): Session | undefined {
    if (this.live) this.#onEnd(code)
    return this.#finish(code)
  }

  #finish(code: EndCode): Session | undefined {
    const { live } = this
    if (!live) return undefined
    live.end(code)
    this.#onChange(live)
    return live
  }

  /** Adds a sync event to the account's log, even while no program is logged in. */
  add(event: SyncEvent): void {
    this.log.add(event)
    this.live?.notifier.notify()
  }

  find(matches: (session: Session) => boolean): Session | undefined {
    return this.#sessions.findLast(matches)
  }

  /** The credentials of all sessions, which must not be shown. */
  get secrets(): string[] {
    return this.#sessions.flatMap(({ sid, skey, passTicket, dataTicket, authTicket, uvid }) => [
      sid,
      skey,
      passTicket,
      dataTicket,
      authTicket,
      uvid,
    ])
  }

  /** Whether this ticket was issued in an earlier session of this account. */
  isKnownAuthTicket(ticket: string): boolean {
    return this.#authTickets.has(ticket)
  }
}
