import { Itchat, type ItchatEvents, type ItchatOptions } from 'itchat'
import { type Sandbox, type SandboxOptions, startSandbox } from 'itchat/sandbox'
import { onTestFinished } from 'vitest'

export const quiet = { debug() {}, info() {}, warn() {}, error() {} }

/** Starts a sandbox and closes it when the test ends. An internal error in the sandbox makes the test fail. */
export async function sandboxFor(options: SandboxOptions = {}): Promise<Sandbox> {
  // Long enough for a busy machine, but shorter than the test timeout.
  const sandbox = await startSandbox({ port: 0, autoLogin: true, messageTimeoutMs: 15_000, ...options })
  onTestFinished(async () => {
    await sandbox.close()
    if (sandbox.lastError) throw sandbox.lastError
  })
  return sandbox
}

/**
 * Creates a bot for a sandbox and closes it when the test ends. Errors make the test fail unless it adds an `error`
 * listener.
 */
export function botFor(
  sandbox: { url: string } & Partial<Pick<Sandbox, 'addDiagnostics'>>,
  options: ItchatOptions = {},
): Itchat {
  const bot = new Itchat({ baseUrl: sandbox.url, logger: quiet, ...options })
  const unhandled = collectUnhandledErrors(bot)
  sandbox.addDiagnostics?.(() => unhandled.map(String))
  onTestFinished(async () => {
    await bot.close()
    if (unhandled.length > 0) throw new AggregateError(unhandled, `Unhandled error events: ${unhandled}`)
  })
  return bot
}

/** Like `botFor`, but without its `error` listener, so that unhandled errors are logged. */
export function bareBotFor(sandbox: { url: string }, options: ItchatOptions = {}): Itchat {
  const bot = new Itchat({ baseUrl: sandbox.url, logger: quiet, ...options })
  onTestFinished(() => bot.close())
  return bot
}

/** Collects the errors emitted while the test has no `error` listener. */
function collectUnhandledErrors(bot: Itchat): unknown[] {
  const unhandled: unknown[] = []
  const listeners = new Set<unknown>()
  const on = bot.on.bind(bot)
  on('error', ({ error }) => {
    if (listeners.size === 0) unhandled.push(error)
  })
  bot.on = (event, listener) => {
    const off = on(event, listener)
    if (event === 'error') listeners.add(listener)
    return () => {
      listeners.delete(listener)
      off()
    }
  }
  return unhandled
}

/** A logger that records its lines. */
export function recordingLogger() {
  const lines: string[] = []
  const write = (line: string) => void lines.push(line)
  return { lines, logger: { debug: write, info: write, warn: write, error: write } }
}

/** Resolves to the payload of the next event with the given name. */
export function nextEvent<K extends keyof ItchatEvents>(bot: Itchat, event: K): Promise<ItchatEvents[K]> {
  return new Promise((resolve) => {
    const off = bot.on(event, (payload) => {
      off()
      resolve(payload)
    })
  })
}

/** Collects the payloads of all events with the given name from now on. */
export function events<K extends keyof ItchatEvents>(bot: Itchat, event: K): ItchatEvents[K][] {
  const payloads: ItchatEvents[K][] = []
  bot.on(event, (payload) => payloads.push(payload))
  return payloads
}
