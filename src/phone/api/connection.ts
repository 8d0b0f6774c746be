import type { EventMap, EventView, StateView } from '../../sandbox/control/view.js'
import type { Link } from '../store/state.js'
import { api } from './api.js'
import { retryDelayMs } from './retry-delay.js'

const EVENT_TYPES = Object.keys({
  login: 0,
  message: 0,
  delivered: 0,
  chat: 0,
  person: 0,
  request: 0,
  warning: 0,
  upload: 0,
  faults: 0,
  reset: 0,
} satisfies Record<keyof EventMap, 0>) as (keyof EventMap)[]

interface ConnectionUser {
  /** What the page knows: which world, and its last event. */
  known(): { worldId: string; eventId: number }
  /** The first state, or one that takes the place of all that was known. */
  onState(state: StateView): void
  onEvent(event: EventView): void
  onLink(link: Link): void
}

export interface Connection {
  /** Does not wait for the next attempt. */
  retryNow(): void
  close(): void
}

/**
 * Holds the event stream and comes back after 1, 2, 4, 8, then every 15 seconds. The same world goes on after the last
 * event; another one is loaded anew.
 */
export function connect(user: ConnectionUser): Connection {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let attempt = 0
  let closed = false

  async function open(anew = false): Promise<void> {
    try {
      const state = await api.state()
      if (closed) return
      const known = user.known()
      if (anew || known.worldId !== state.worldId) user.onState(state)
      listen()
    } catch {
      if (!closed) retryLater()
    }
  }

  function listen(): void {
    source?.close()
    const stream = new EventSource(`/api/events?${eventQuery(user.known())}`)
    source = stream
    stream.onopen = () => {
      attempt = 0
      user.onLink({ up: true, attempt: 0, retryAt: 0 })
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
          user.onEvent({ id: Number(message.lastEventId), type, data: JSON.parse(message.data) })
        }
      })
    }
  }

  function retryLater(): void {
    attempt++
    const delay = retryDelayMs(attempt)
    user.onLink({ up: false, attempt, retryAt: Date.now() + delay })
    timer = setTimeout(() => void open(), delay)
  }

  void open()
  return {
    retryNow() {
      if (closed || attempt === 0) return
      clearTimeout(timer)
      user.onLink({ up: false, attempt, retryAt: Date.now() })
      void open()
    },
    close() {
      closed = true
      clearTimeout(timer)
      source?.close()
    },
  }
}

function eventQuery({ worldId, eventId }: { worldId: string; eventId: number }): URLSearchParams {
  return new URLSearchParams({ after: String(eventId), world: worldId })
}
