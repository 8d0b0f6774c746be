import type { SendResult } from '../contact/actions.js'
import { ArgumentError, DirectiveError } from '../errors.js'
import { MSG_TYPE } from '../web/wire/message.js'

/** Ids of sent messages that are remembered, to know their echo. */
const MAX_REMEMBERED = 5_000

/** How a text names something to send. */
const DIRECTIVE = /^@(fil|img|vid|msg)@/

/** The line a sender sends through. */
export interface SendLine {
  send(message: { type: number; content: string; toUserName: string }): Promise<{ MsgID: string; LocalID: string }>
}

/** Sends, and knows what was sent. */
export class Sender {
  readonly #line: () => SendLine
  readonly #sentIds = new Set<string>()
  readonly #open = new Map<string, Set<Promise<unknown>>>()

  constructor(line: () => SendLine) {
    this.#line = line
  }

  /**
   * Sends a text that may be a directive.
   *
   * @throws DirectiveError for a directive that names a file
   */
  async send(msg: string, toUserName: string): Promise<SendResult> {
    checkText(msg, 'msg')
    const directive = DIRECTIVE.exec(msg)?.[1]
    if (directive === undefined) return this.sendMsg(msg, toUserName)
    if (directive === 'msg') return this.sendMsg(msg.slice('@msg@'.length), toUserName)
    throw new DirectiveError(
      `send: the text starts with @${directive}@, which names a file to send, and sending files by a text is not allowed. Nothing was sent. To send the text as it stands use sendMsg().`,
    )
  }

  /** Sends a text as it stands. */
  async sendMsg(msg: string, toUserName: string): Promise<SendResult> {
    checkText(msg, 'msg')
    return this.sendRawMsg(MSG_TYPE.text, msg, toUserName)
  }

  async sendRawMsg(msgType: number, content: string, toUserName: string): Promise<SendResult> {
    checkText(toUserName, 'toUserName')
    const sending = this.#line().send({ type: msgType, content, toUserName })
    const settled = sending.then(
      ({ MsgID }) => this.#remember(MsgID),
      () => {},
    )
    const open = this.#open.get(toUserName) ?? new Set()
    this.#open.set(toUserName, open.add(settled))
    try {
      return { ok: true, ...(await sending) }
    } finally {
      open.delete(settled)
      if (open.size === 0) this.#open.delete(toUserName)
    }
  }

  /**
   * Whether a message from the own account is the echo of one sent here. Waits for sends to that conversation whose
   * answer, and with it their id, is still to come.
   */
  async isEcho(msgId: string, toUserName: string): Promise<boolean> {
    await Promise.all(this.#open.get(toUserName) ?? [])
    return this.#sentIds.has(msgId)
  }

  #remember(msgId: string): void {
    this.#sentIds.add(msgId)
    if (this.#sentIds.size > MAX_REMEMBERED) this.#sentIds.delete(this.#sentIds.values().next().value as string)
  }
}

function checkText(value: unknown, argument: string): void {
  if (typeof value !== 'string' || value === '') {
    const found = value === '' ? 'empty' : `a ${typeof value}`
    throw new ArgumentError(`send: ${argument} is ${found}; it has to be a text.`, { argument })
  }
}
