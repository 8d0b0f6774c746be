import { Itchat, type ItchatOptions } from 'itchat'
import { type Sandbox, type SandboxOptions, startSandbox } from 'itchat/sandbox'
import { onTestFinished } from 'vitest'

const quiet = { debug() {}, info() {}, warn() {}, error() {} }

/** A sandbox that is closed when the test ends, and must not have had a defect of its own. */
export async function sandboxFor(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ port: 0, autoLogin: true, ...options })
  onTestFinished(async () => {
    await sandbox.close()
    if (sandbox.lastError) throw sandbox.lastError
  })
  return sandbox
}

/** A bot for a sandbox that is closed when the test ends; its errors fail the test unless it listens for them. */
export function botFor(sandbox: { url: string }, options: ItchatOptions = {}): Itchat {
  const bot = new Itchat({ baseUrl: sandbox.url, logger: quiet, ...options })
  onTestFinished(() => bot.close())
  return bot
}

/** Lines a bot logs. */
export function recordingLogger() {
  const lines: string[] = []
  const write = (line: string) => void lines.push(line)
  return { lines, logger: { debug: write, info: write, warn: write, error: write } }
}

/** Resolves with the payload of the next event. */
export function nextEvent<K extends Parameters<Itchat['on']>[0]>(bot: Itchat, event: K) {
  return new Promise<Parameters<Parameters<typeof bot.on<K>>[1]>[0]>((resolve) => {
    const off = bot.on(event, (payload) => {
      off()
      resolve(payload)
    })
  })
}
