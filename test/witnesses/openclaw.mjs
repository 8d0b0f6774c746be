// Runs Tencent's own plugin in a process of its own, because the plugin keeps its state per process. The test sends
// calls over the IPC channel and gets back their results, and events. Standard input carries the verify code only.
import { randomUUID } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const [emulator] = process.argv.slice(2)
const state = process.env.OPENCLAW_STATE_DIR
if (emulator === undefined || state === undefined)
  throw new Error('usage: OPENCLAW_STATE_DIR=… node openclaw.mjs <url>')

const { fetch } = globalThis
// The host of the QR requests is a constant of the plugin, and it assumes https for the host of a redirect.
globalThis.fetch = (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input)
  if (url.protocol !== 'https:') return fetch(input, init)
  report('redirected', { host: url.hostname, path: url.pathname })
  return fetch(new URL(url.pathname + url.search, emulator), init)
}

const { weixinPlugin: plugin } = await import('@tencent-weixin/openclaw-weixin/dist/src/channel.js')
const { getRemainingPauseMs } = await import('@tencent-weixin/openclaw-weixin/dist/src/api/session-guard.js')
const config = { channels: { 'openclaw-weixin': { cdnBaseUrl: `${emulator}/c2c` } } }
const stopping = new AbortController()
const account = () => plugin.config.resolveAccount(config, plugin.config.listAccountIds(config)[0])

/** @param {string} event @param {object} [fields] */
function report(event, fields) {
  process.send?.({ event, ...fields })
}

/** Answers like an agent of the host: shows that it is typing and sends the text or the file back. */
async function answer({ ctx, dispatcher }) {
  report('message', { text: ctx.Body, messageId: ctx.MessageSidFull, path: ctx.MediaPath, mime: ctx.MediaType })
  await dispatcher.typingCallbacks.start()
  let failure
  try {
    await dispatcher.deliver(ctx.MediaPath ? { mediaUrl: ctx.MediaPath } : { text: `echo: ${ctx.Body}` })
  } catch (error) {
    failure = String(error)
    dispatcher.onError(error, { kind: 'final' })
  }
  await dispatcher.typingCallbacks.stop()
  report('answered', { error: failure })
}

const channelRuntime = {
  media: {
    async saveMediaBuffer(bytes, mime, _direction, _maximum, name) {
      const folder = join(state, 'media')
      await mkdir(folder, { recursive: true })
      // Pictures come without a type. The plugin derives the kind of what it sends from the extension.
      const path = join(folder, name ?? `${randomUUID()}.${mime?.split('/')[1] ?? 'jpg'}`)
      await writeFile(path, bytes)
      return { path }
    },
  },
  commands: {},
  routing: { resolveAgentRoute: () => ({ agentId: 'agent', sessionKey: 'session', mainSessionKey: 'session' }) },
  session: { resolveStorePath: () => join(state, 'sessions.json'), recordInboundSession: async () => {} },
  reply: {
    finalizeInboundContext: (context) => context,
    resolveHumanDelayConfig: () => undefined,
    createReplyDispatcherWithTyping: (options) => ({
      dispatcher: options,
      replyOptions: {},
      markDispatchIdle: () => {},
    }),
    withReplyDispatcher: ({ run }) => run(),
    dispatchReplyFromConfig: answer,
  },
}

const calls = {
  async login() {
    const { sessionKey, qrDataUrl } = await plugin.gateway.loginWithQrStart({ force: true })
    report('qr', { url: qrDataUrl })
    return plugin.gateway.loginWithQrWait({ sessionKey, timeoutMs: 60_000 })
  },
  start() {
    const runtime = {
      log: (line) => report('log', { line: String(line) }),
      error: (line) => report('error', { line: String(line) }),
    }
    plugin.gateway
      .startAccount({
        account: account(),
        cfg: config,
        channelRuntime,
        abortSignal: stopping.signal,
        runtime,
        setStatus: () => {},
      })
      .then(
        () => report('ended'),
        (error) => report('ended', { error: String(error) }),
      )
  },
  /** Waits until the plugin has suspended the account, which it reports in its log file only. */
  async suspended() {
    for (;;) {
      const remainingMs = getRemainingPauseMs(account().accountId)
      if (remainingMs > 0) return remainingMs
      await sleep(5)
    }
  },
  sendText: (options) => plugin.outbound.sendText({ cfg: config, ...options }),
  sendMedia: (options) => plugin.outbound.sendMedia({ cfg: config, ...options }),
  async stop() {
    stopping.abort()
    await plugin.gateway.stopAccount({ account: account() })
  },
}

process.on('message', async ({ id, call, options }) => {
  try {
    process.send?.({ id, result: (await calls[call](options)) ?? null })
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? error.message : String(error) })
  }
})
process.once('disconnect', () => process.exit())
report('ready')
