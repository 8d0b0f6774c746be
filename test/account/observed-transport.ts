import type { LogoutReason } from 'itchat'
import type { SessionEvent } from '../../src/account/session/session-table.js'
import type { Transport, TransportFactory } from '../../src/transport/transport.js'
import { raceSignal } from '../../src/util/race-signal.js'
import { gate } from '../support/gate.js'

interface SeamListener {
  /** Called for an event that changes the phase of a session. */
  onEvent(event: SessionEvent, reason?: LogoutReason): void
  /** Called when the server has started or resumed a session. */
  onStarted(): void
  /** Called when the phone can act on a new login code. A pushed login needs no scan. */
  onCode(isPushed: boolean): void
  /** Called when a step of a full login has failed. */
  onLoginFailed(): void
}

/** Observes the seam between an account and its transport. */
export class Seam {
  /** Number of pending `receive` calls. */
  receiving = 0
  /** Number of pending `poll` calls. */
  polling = 0
  /** Number of pending `start` and `resume` calls. */
  starting = 0
  /** Number of calls so far. */
  calls = 0
  /** Whether a full login is in progress. The caller must reset this, unless a failed step ends the login. */
  isLoggingIn = false
  /** Whether the program is calling a single login step. */
  isStep = false
  #slow: ReturnType<typeof gate> | undefined
  readonly #listener: SeamListener

  constructor(listener: SeamListener) {
    this.#listener = listener
  }

  get isSlow(): boolean {
    return this.#slow !== undefined
  }

  /** A slow server answers only polls. */
  set isSlow(isSlow: boolean) {
    this.#slow?.open()
    this.#slow = isSlow ? gate() : undefined
  }

  /** Returns a factory for the same transport with its calls observed. */
  observe(make: TransportFactory): TransportFactory {
    return (context) => {
      const transport = make(context)
      const { login } = transport
      const seam = this
      const { onEvent, onCode, onStarted } = this.#listener
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
              onEvent('pushRequested')
              return code
            },
          }),
          qrContent(code) {
            onEvent('codeShown')
            return login.qrContent(code)
          },
          async poll(code, signal) {
            seam.polling++
            try {
              const poll = await seam.#step(() => login.poll(code, signal))
              const { status } = poll
              if ((status === 'scanned' || status === 'confirmed') && !signal?.aborted) onEvent(status)
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
            await seam.#untilAnswered(options.signal)
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
              if (event.kind === 'offline') onEvent('connectionLost')
              if (event.kind === 'online') onEvent('connectionBack')
              if (event.kind === 'ended') reason = event.reason
              yield event
            }
          } finally {
            seam.receiving--
            if (!signal.aborted) onEvent('sessionLost', reason)
          }
        },
        async send(to, content, signal) {
          await seam.#untilAnswered(signal)
          return transport.send(to, content, signal)
        },
        async logout(signal) {
          try {
            await seam.#untilAnswered(signal)
            await transport.logout(signal)
          } finally {
            onEvent('logoutDone')
          }
        },
      })
    }
  }

  async #untilAnswered(signal: AbortSignal | undefined): Promise<void> {
    if (this.#slow) await raceSignal(this.#slow.opened, signal)
  }

  async #step<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const { isStep } = this
    if (!isStep) this.isLoggingIn = true
    try {
      if (signal) await this.#untilAnswered(signal)
      return await call()
    } catch (error) {
      if (!isStep) {
        this.isLoggingIn = false
        this.#listener.onLoginFailed()
      }
      throw error
    }
  }

  /** Replaces some members of an object and counts all calls. */
  #override<T extends object>(target: T, members: Partial<T>): T {
    return new Proxy(target, {
      get: (_, key) => {
        const value = Reflect.get(Reflect.has(members, key) ? members : target, key)
        if (typeof value !== 'function') return value
        return (...args: unknown[]) => {
          this.calls++
          return Reflect.apply(value, target, args)
        }
      },
    })
  }
}
