import { Itchat, type ItchatOptions, type LogoutReason, web } from 'itchat'
import { ilink } from 'itchat/ilink'
import { onTestFinished } from 'vitest'
import type { TransportFactory } from '../../src/transport/transport.js'
import { botFor, quiet, sandboxFor } from '../support/bot.js'
import { gate } from '../support/gate.js'
import { ManualClock } from '../support/manual-clock.js'
import { MemoryServer } from '../support/memory-server.js'
import { memory } from '../support/memory-transport.js'
import { wireTo } from '../support/wire.js'

/** A message sent to the contact. */
export interface SentItem {
  text?: string | undefined
  file?: { name: string; bytes: Uint8Array } | undefined
}

/** One account and one contact on a network, with the same interface for each transport. */
export interface World {
  readonly transport: TransportFactory
  /** Whether the transport supports the steps of a login that only the web protocol has. */
  readonly hasStepLogin: boolean
  /** The reasons that the program learns when the server ends a session. */
  readonly endings: readonly LogoutReason[]
  bot(options?: ItchatOptions): Itchat
  /** Actions that the owner takes on the phone. */
  scan(): void
  confirm(): void
  cancel(): void
  logOut(): void
  /** Makes the displayed code expire. */
  expire(): void
  /** Makes the server end the session, if there is one. */
  end(reason: keyof typeof END_CODES): void
  /** Sends text or a file from the contact. */
  say(text: string): void
  sendFile(name: string, bytes: Uint8Array): void
  /** Resolves to the next message that the contact receives. */
  nextSent(): Promise<SentItem>
  /** Drops or restores the connection. */
  setDown(isDown: boolean): void
  /** Number of requests so far. */
  readonly requests: number
  /** The `UserName` of the contact. */
  contactId(bot: Itchat): string
}

/** The web service's return codes for each reason for which a session can end. */
const END_CODES = { phone: 1100, elsewhere: 1101, expired: 1102 } as const satisfies Partial<
  Record<LogoutReason, number>
>

/** The transports with which the account tests are run. */
export const WORLDS: readonly [name: string, make: () => Promise<World>][] = [
  ['memory', memoryWorld],
  ['web', webWorld],
  ['ilink', ilinkWorld],
]

const ALL_ENDINGS = ['phone', 'elsewhere', 'expired'] as const

export async function memoryWorld(): Promise<World> {
  const server = new MemoryServer()
  let read = 0
  const transport = memory(server)
  return {
    transport,
    hasStepLogin: true,
    endings: ALL_ENDINGS,
    bot(options = {}) {
      const bot = new Itchat({ transport, logger: quiet, ...options })
      onTestFinished(() => bot.close())
      return bot
    },
    scan: () => server.phone('scanned'),
    confirm: () => server.phone('confirmed'),
    cancel: () => server.phone('cancelled'),
    logOut: () => server.set({ ended: 'phone' }),
    expire: () => server.phone('expired'),
    end: (reason) => server.set({ ended: reason }),
    say: (text) => server.say(text),
    sendFile: (name, bytes) => server.say(name, bytes),
    async nextSent() {
      while (server.sent.length <= read) await server.changed()
      const { to: _, ...item } = server.sent[read++] ?? { to: '' }
      return item
    },
    setDown: (isDown) => server.set({ isDown }),
    get requests() {
      return server.requests
    },
    contactId: () => 'you',
  }
}

async function webWorld(): Promise<World> {
  const sandbox = await sandboxFor({ autoLogin: false })
  const wire = await wireTo(sandbox)
  const friend = sandbox.friend('小满')
  return {
    transport: web({ baseUrl: wire.url }),
    hasStepLogin: true,
    endings: ALL_ENDINGS,
    bot: (options) => botFor(wire, options),
    scan: () => void sandbox.phone.scan(),
    confirm: () => void sandbox.phone.confirm(),
    cancel: () => void sandbox.phone.cancel(),
    logOut: () => sandbox.phone.logoutWeb(),
    expire: () => void sandbox.phone.expire(),
    end(reason) {
      const { session } = sandbox
      if (session && session.endCode === undefined) sandbox.expireSession(END_CODES[reason])
    },
    say: (text) => void friend.say(text),
    sendFile: (name, bytes) => void friend.send({ kind: 'file', name, bytes: Buffer.from(bytes) }),
    async nextSent() {
      const sent = await friend.nextMessage()
      return sent.kind === 'file' ? { file: { name: sent.name ?? '', bytes: await sent.bytes() } } : { text: sent.text }
    },
    setDown(isDown) {
      wire.intercept = isDown ? () => 'cut' : undefined
      // Makes the server answer the held poll, so that the next request fails.
      if (isDown) friend.rename(`${friend.name}满`)
    },
    get requests() {
      return sandbox.requests.length
    },
    contactId: (bot) => bot.searchFriends({ name: friend.name })[0]?.UserName ?? '',
  }
}

async function ilinkWorld(): Promise<World> {
  // Time stands still: QR codes do not expire by themselves, and polls are held until something happens.
  const clock = new ManualClock()
  const sandbox = await sandboxFor({ autoLogin: false, ilink: true, clock })
  let isDown = false
  let [down, up] = [gate(), gate()]
  const wire = await wireTo(sandbox, (request) => {
    const cut = (): 'cut' => 'cut'
    // A login poll that fails is repeated until the login times out, so that nothing would settle: it gets no answer.
    const lose = async () => (request.endpoint === 'get_qrcode_status' ? up.opened.then(cut) : cut())
    if (isDown) return lose()
    const answer = request.pass().catch(cut)
    // Also ends the poll that is being held.
    return Promise.race([down.opened.then(lose), answer.then((reply) => (isDown ? lose() : reply))])
  })
  const { clawbot } = sandbox
  let isBoundElsewhere = false
  const transport = ilink({ baseUrl: wire.url })
  /** The chat exists as long as the owner is bound to a program. */
  const hasChat = () => clawbot.view.binding !== undefined && !isBoundElsewhere
  const end = (reason: LogoutReason) => {
    if (!hasChat()) return
    if (reason !== 'elsewhere') return clawbot.expireToken()
    isBoundElsewhere = true
    clawbot.bindElsewhere()
    // The server lets a poll of the former program wait for this long.
    void clock.advance(29_000)
  }
  return {
    transport,
    hasStepLogin: false,
    endings: ['expired'],
    bot(options = {}) {
      const bot = new Itchat({ transport, logger: quiet, ...options })
      onTestFinished(() => bot.close())
      return bot
    },
    scan: () => void clawbot.scan(),
    confirm() {
      clawbot.confirm()
      isBoundElsewhere = false
    },
    cancel() {
      // The owner can decline only what was scanned.
      if (clawbot.login.state === 'waiting') clawbot.scan()
      clawbot.decline()
      // Nothing is reported to the program until the code expires.
      void clock.advance(120_000)
    },
    logOut: () => end('phone'),
    expire: () => void clawbot.expire(),
    end,
    say(text) {
      if (hasChat()) clawbot.say(text)
    },
    sendFile: (name, bytes) => void clawbot.send({ kind: 'file', name, bytes: Buffer.from(bytes) }),
    async nextSent() {
      const sent = await clawbot.nextMessage()
      return sent.kind === 'file' ? { file: { name: sent.name ?? '', bytes: await sent.bytes() } } : { text: sent.text }
    },
    setDown(isNowDown) {
      if (isNowDown === isDown) return
      isDown = isNowDown
      if (isDown) {
        up = gate()
        down.open()
      } else {
        down = gate()
        up.open()
      }
    },
    get requests() {
      return wire.requests.length
    },
    contactId: () => clawbot.userId,
  }
}
