import { Itchat, type ItchatEvents, type ItchatOptions } from 'itchat'
import { type Sandbox, type SandboxOptions, startSandbox } from 'itchat/sandbox'
import { onTestFinished } from 'vitest'

export const quiet = { debug() {}, info() {}, warn() {}, error() {} }

/** A sandbox that is closed when the test ends, and must not have had a defect of its own. */
export async function sandboxFor(options: SandboxOptions = {}): Promise<Sandbox> {
  // Long enough for a machine with other load, and shorter than the limit of a test.
  const sandbox = await startSandbox({ port: 0, autoLogin: true, messageTimeoutMs: 15_000, ...options })
  onTestFinished(async () => {
    await sandbox.close()
    if (sandbox.lastError) throw sandbox.lastError
  })
  return sandbox
}

/** A bot for a sandbox that is closed when the test ends; its errors fail the test unless it listens for them. */
export function botFor(
  sandbox: { url: string } & Partial<Pick<Sandbox, 'addDiagnostics'>>,
  options: ItchatOptions = {},
): Itchat {
  const bot = new Itchat({ baseUrl: sandbox.url, logger: quiet, ...options })
  const unheard = errorsNobodyHears(bot)
  sandbox.addDiagnostics?.(() => unheard.map(String))
  onTestFinished(async () => {
    await bot.close()
    if (unheard.length > 0) throw new AggregateError(unheard, `errors the test did not listen for: ${unheard}`)
  })
  return bot
}

/** The same without a listener of ours: what nobody listens for goes to the logger. */
export function bareBotFor(sandbox: { url: string }, options: ItchatOptions = {}): Itchat {
  const bot = new Itchat({ baseUrl: sandbox.url, logger: quiet, ...options })
  onTestFinished(() => bot.close())
  return bot
}

/** Fills with the errors that come while the test itself has no `error` listener. */
function errorsNobodyHears(bot: Itchat): unknown[] {
  const unheard: unknown[] = []
  const ears = new Set<unknown>()
  const on = bot.on.bind(bot)
  on('error', ({ error }) => {
    if (ears.size === 0) unheard.push(error)
  })
  bot.on = (event, listener) => {
    const off = on(event, listener)
    if (event === 'error') ears.add(listener)
    return () => {
      ears.delete(listener)
      off()
    }
  }
  return unheard
}

/** Lines a bot logs. */
export function recordingLogger() {
  const lines: string[] = []
  const write = (line: string) => void lines.push(line)
  return { lines, logger: { debug: write, info: write, warn: write, error: write } }
}

/** Resolves with the payload of the next event. */
export function nextEvent<K extends keyof ItchatEvents>(bot: Itchat, event: K): Promise<ItchatEvents[K]> {
  return new Promise((resolve) => {
    const off = bot.on(event, (payload) => {
      off()
      resolve(payload)
    })
  })
}

/** Every payload of an event from now on. */
export function events<K extends keyof ItchatEvents>(bot: Itchat, event: K): ItchatEvents[K][] {
  const payloads: ItchatEvents[K][] = []
  bot.on(event, (payload) => payloads.push(payload))
  return payloads
}
