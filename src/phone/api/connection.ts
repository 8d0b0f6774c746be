import type { EventMap, EventView, StateView } from '../../sandbox/control/view.js'
import type { Link } from '../store/state.js'
import { ApiError, api } from './api.js'
import { retryDelayMs } from './retry-delay.js'

const EVENT_TYPES = Object.keys({
  login: 0,
  clawbot: 0,
  message: 0,
  delivered: 0,
  chat: 0,
  person: 0,
  request: 0,
  warning: 0,
  upload: 0,
  refused: 0,
  faults: 0,
  recording: 0,
  accounts: 0,
  reset: 0,
} satisfies Record<keyof EventMap, 0>) as (keyof EventMap)[]

/**
 * Browsers open at most six connections to a server, and an event stream is one of them. A page in the background keeps
 * its stream for a moment, and afterwards only opens it now and then, for what happened in the meantime.
 */
const HIDDEN = { keepMs: 5_000, everyMs: 15_000, openMs: 1_000 }

interface ConnectionHandlers {
  /** The account and the world that the page shows, and the last event it has applied. */
  cursor(): { account: number; worldId: string; eventId: number }
  /** Called with the first state, and with any state that replaces the current one. */
  onState(state: StateView, account: number): void
  onEvent(event: EventView, account: number): void
  onLink(link: Link): void
}

export interface Connection {
  /** Reconnects immediately. */
  retryNow(): void
  /** Loads another account and follows its events. The current account stays in view until then. */
  show(account: number): Promise<void>
  close(): void
}

/**
 * Keeps the event stream open. Reconnects after 1, 2, 4 and 8 seconds, then every 15 seconds. If the world is still the
 * same, the stream resumes after the last event; a different world is loaded from scratch. A page that becomes visible
 * reconnects immediately.
 */
export function connect(handlers: ConnectionHandlers): Connection {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let hiddenTimer: ReturnType<typeof setTimeout> | undefined
  let isSuspended = false
  let attempt = 0
  /** Number of calls of `open`: only the result of the latest one counts. */
  let opened = 0
  let closed = false
  let { account } = handlers.cursor()

  async function open(reload = false): Promise<void> {
    const call = ++opened
    const isObsolete = () => closed || call !== opened
    clearTimeout(timer)
    try {
      const state = await api.state(account)
      if (isObsolete()) return
      const cursor = handlers.cursor()
      if (reload || cursor.worldId !== state.worldId) handlers.onState(state, account)
      listen()
    } catch (error) {
      if (isObsolete()) return
      // A sandbox that has been started again may have fewer accounts.
      if (error instanceof ApiError && error.status === 404 && account !== 1) {
        account = 1
        await open(true)
      } else {
        retryLater()
      }
    }
  }

  function listen(): void {
    source?.close()
    isSuspended = false
    const cursor = handlers.cursor()
    const stream = new EventSource(`/api/events?${eventQuery(cursor)}`)
    source = stream
    stream.onopen = () => {
      attempt = 0
      handlers.onLink({ up: true, attempt: 0, retryAt: 0 })
      if (document.hidden) suspendAfter(HIDDEN.openMs)
    }
    stream.onerror = () => {
      stream.close()
      if (!closed && source === stream) retryLater()
    }
    for (const type of EVENT_TYPES) {
      stream.addEventListener(type, (message: MessageEvent<string>) => {
        if (type === 'reset') {
          stream.close()
          void open(true)
        } else {
          const event = { id: Number(message.lastEventId), type, data: JSON.parse(message.data) }
          handlers.onEvent(event, cursor.account)
        }
      })
    }
  }

  function retryLater(): void {
    attempt++
    const delay = retryDelayMs(attempt)
    handlers.onLink({ up: false, attempt, retryAt: Date.now() + delay })
    timer = setTimeout(() => void open(), delay)
  }

  function suspendAfter(delayMs: number): void {
    clearTimeout(hiddenTimer)
    hiddenTimer = setTimeout(() => {
      // While reconnecting, there is no stream.
      if (attempt > 0) return
      source?.close()
      isSuspended = true
      hiddenTimer = setTimeout(listen, HIDDEN.everyMs)
    }, delayMs)
  }

  function retryNow(): void {
    if (closed || attempt === 0) return
    handlers.onLink({ up: false, attempt, retryAt: Date.now() })
    void open()
  }

  function onVisibility(): void {
    clearTimeout(hiddenTimer)
    if (document.hidden) suspendAfter(HIDDEN.keepMs)
    else if (attempt > 0) retryNow()
    else if (isSuspended) listen()
  }

  void open()
  document.addEventListener('visibilitychange', onVisibility)
  return {
    retryNow,
    async show(next) {
      if (closed || next === account) return
      account = next
      await open(true)
    },
    close() {
      closed = true
      clearTimeout(timer)
      clearTimeout(hiddenTimer)
      document.removeEventListener('visibilitychange', onVisibility)
      source?.close()
    },
  }
}

function eventQuery({ account, worldId, eventId }: ReturnType<ConnectionHandlers['cursor']>): URLSearchParams {
  return new URLSearchParams({ account: String(account), after: String(eventId), world: worldId })
}
