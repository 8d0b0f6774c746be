import type { LogoutReason } from 'itchat'
import type { SessionEvent } from '../../src/account/session/session-table.js'
import type { Transport, TransportFactory } from '../../src/transport/transport.js'
import { raceSignal } from '../../src/util/race-signal.js'
import { gate } from '../support/gate.js'

interface SeamListener {
  /** Something happened that moves a session on. */
  onCause(event: SessionEvent, reason?: LogoutReason): void
  /** The server has started or resumed a session. */
  onStarted(): void
  /** The phone can act on a new login; a pushed one needs no scan. */
  onCode(isPushed: boolean): void
  /** A step of a whole login failed. */
  onLoginFailed(): void
}

/** What goes through the seam between an account and its transport. */
export class Seam {
  /** Calls of `receive` that go on. */
  receiving = 0
  /** Calls of `poll` that go on. */
  polling = 0
  /** Calls of `start` and `resume` that go on. */
  starting = 0
  /** Calls of every kind so far. */
  calls = 0
  /** A whole login goes on; whoever sees it end otherwise than by a step that failed takes this back. */
  isLoggingIn = false
  /** The program makes a single step of a login. */
  isStep = false
  #slow: ReturnType<typeof gate> | undefined
  readonly #listener: SeamListener

  constructor(listener: SeamListener) {
    this.#listener = listener
  }

  get isSlow(): boolean {
    return this.#slow !== undefined
  }

  /** While the server is slow, it answers no request but polls. */
  set isSlow(isSlow: boolean) {
    this.#slow?.open()
    this.#slow = isSlow ? gate() : undefined
  }

  /** The same transport, observed. */
  observe(make: TransportFactory): TransportFactory {
    return (context) => {
      const transport = make(context)
      const { login } = transport
      const seam = this
      const { onCause, onCode, onStarted } = this.#listener
      return this.#override<Transport>(transport, {
        login: this.#override<Transport['login']>(login, {
          async requestCode(signal) {
            const code = await seam.#step(() => login.requestCode(signal), signal)
            if (code !== undefined && !signal?.aborted) onCode(false)
            return code
          },
          ...(login.requestPush && {
            async requestPush(account: string, signal?: AbortSignal) {
              const code = await seam.#step(async () => login.requestPush?.(account, signal), signal)
              if (code === undefined || signal?.aborted) return code
              onCode(true)
              onCause('pushRequested')
              return code
            },
          }),
          qrContent(code) {
            onCause('codeShown')
            return login.qrContent(code)
          },
          async poll(code, signal) {
            seam.polling++
            try {
              const poll = await seam.#step(() => login.poll(code, signal))
              const { status } = poll
              if ((status === 'scanned' || status === 'confirmed') && !signal?.aborted) onCause(status)
              return poll
            } finally {
              seam.polling--
            }
          },
          async start(signal) {
            seam.starting++
            try {
              const started = await seam.#step(() => login.start(signal), signal)
              onStarted()
              return started
            } finally {
              seam.starting--
            }
          },
        }),
        async resume(saved, options) {
          seam.starting++
          try {
            await seam.#answered(options.signal)
            const delivery = await transport.resume(saved, options)
            if (delivery) onStarted()
            return delivery
          } finally {
            seam.starting--
          }
        },
        async *receive(signal, room) {
          seam.receiving++
          let reason: LogoutReason = 'expired'
          try {
            for await (const event of transport.receive(signal, room)) {
              if (event.kind === 'offline') onCause('connectionLost')
              if (event.kind === 'online') onCause('connectionBack')
              if (event.kind === 'ended') reason = event.reason
              yield event
            }
          } finally {
            seam.receiving--
            if (!signal.aborted) onCause('sessionLost', reason)
          }
        },
        async send(to, content, signal) {
          await seam.#answered(signal)
          return transport.send(to, content, signal)
        },
        async logout(signal) {
          try {
            await seam.#answered(signal)
            await transport.logout(signal)
          } finally {
            onCause('logoutDone')
          }
        },
      })
    }
  }

  async #answered(signal: AbortSignal | undefined): Promise<void> {
    if (this.#slow) await raceSignal(this.#slow.opened, signal)
  }

  async #step<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const { isStep } = this
    if (!isStep) this.isLoggingIn = true
    try {
      if (signal) await this.#answered(signal)
      return await call()
    } catch (error) {
      if (!isStep) {
        this.isLoggingIn = false
        this.#listener.onLoginFailed()
      }
      throw error
    }
  }

  /** An object with some members in place of its own; calls are counted. */
  #override<T extends object>(target: T, members: Partial<T>): T {
    return new Proxy(target, {
      get: (_, key) => {
        const value = Reflect.get(Reflect.has(members, key) ? members : target, key)
        if (typeof value !== 'function') return value
        return (...given: unknown[]) => {
          this.calls++
          return Reflect.apply(value, target, given)
        }
      },
    })
  }
}
