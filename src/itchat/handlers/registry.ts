import type { SendableFile } from '../../account/outbox/sendable-file.js'
import type { SendResult } from '../../contact/actions.js'
import { Chatroom, MassivePlatform } from '../../contact/contact.js'
import type { MessageType } from '../../message/fields.js'
import type { Message, MessageOf } from '../../message/message.js'
import { FRIENDS, INCOME_MSG, SYSTEM, UNKNOWN } from '../../message/types.js'
import { describeValue, invalidArgument } from '../../util/invalid-argument.js'

/** What a handler may return: a text or file is sent to the conversation; the result of a send is nothing more to send. */
export type Reply = string | SendableFile | SendResult | null | undefined | void

/** Handles the messages of the types it is registered for. */
export type Handler<K extends MessageType = MessageType> = (msg: MessageOf[K]) => Reply | Promise<Reply>

/** Which conversations a handler is for; none of the three flags means friends. */
export interface RegisterOptions {
  isFriendChat?: boolean
  isGroupChat?: boolean
  isMpChat?: boolean
  /** Also messages the own account writes on the phone, in any conversation. Default false. */
  isSelf?: boolean
}

const KINDS = [
  ['isFriendChat', 'friend'],
  ['isGroupChat', 'group'],
  ['isMpChat', 'mp'],
] as const
type Kind = (typeof KINDS)[number][1]

interface Registration {
  handler: Handler
  order: number
}

/**
 * Who handles what. For a conversation kind and a type: one registered with kind flags beats one without; among equals the
 * later wins; any of them beats the catch-all.
 */
export class Registry {
  readonly #slots = new Map<string, Registration>()
  readonly #isNotebook: (userName: string) => boolean
  #catchAll: Handler | undefined
  #order = 0

  /** @param isNotebook whether this is the chat with oneself besides the own account */
  constructor(isNotebook: (userName: string) => boolean) {
    this.#isNotebook = isNotebook
  }

  /** Takes messages of every type and kind without a handler of their own, except `System`, `Unknown` and own ones. */
  addCatchAll(handler: Handler): void {
    this.#catchAll = handler
  }

  /** @throws ArgumentError for an unknown type, or a handler that is not a function */
  add(types: readonly unknown[], options: RegisterOptions, handler: Handler | undefined): void {
    if (typeof handler !== 'function') {
      throw invalidArgument('handler', { expected: 'a function', found: describeValue(handler) })
    }
    const known = types.map(knownType)
    const flagged = KINDS.filter(([flag]) => options[flag])
    const kinds: Kind[] = flagged.length > 0 ? flagged.map(([, kind]) => kind) : ['friend']
    const registration = { handler, order: this.#order++ }
    for (const kind of kinds) {
      for (const type of known) {
        this.#slots.set(slot(flagged.length > 0, options.isSelf ?? false, kind, type), registration)
      }
    }
  }

  /** Clears every slot of a handler, the catch-all too; returns whether it had any. */
  remove(handler: unknown): boolean {
    let hadAny = false
    for (const [name, registration] of this.#slots) {
      if (registration.handler === handler) hadAny = this.#slots.delete(name)
    }
    if (this.#catchAll !== handler) return hadAny
    this.#catchAll = undefined
    return true
  }

  find(msg: Message): Handler | undefined {
    const onlySelf = msg.isSelf && msg.Type !== SYSTEM && !this.#isCommandChat(msg)
    for (const flagged of [true, false]) {
      const withSelf = this.#slots.get(slot(flagged, true, kindOf(msg), msg.Type))
      const without = onlySelf ? undefined : this.#slots.get(slot(flagged, false, kindOf(msg), msg.Type))
      const later = (withSelf?.order ?? -1) > (without?.order ?? -1) ? withSelf : without
      if (later) return later.handler
    }
    return msg.isSelf || msg.Type === SYSTEM || msg.Type === UNKNOWN ? undefined : this.#catchAll
  }

  /** One's own messages are commands to the bot there. */
  #isCommandChat({ user, FromUserName }: Message): boolean {
    return user.UserName === FromUserName || this.#isNotebook(user.UserName)
  }
}

/** @throws ArgumentError for a type that does not exist */
function knownType(type: unknown): MessageType {
  const known = type === UNKNOWN ? UNKNOWN : INCOME_MSG.find((one) => one === type)
  if (known) return known
  throw invalidArgument('types', {
    expected: 'message types',
    found: typeof type === 'string' ? JSON.stringify(type) : describeValue(type),
    advice: "Import TEXT, PICTURE … from 'itchat'.",
  })
}

function slot(flagged: boolean, isSelf: boolean, kind: Kind, type: MessageType): string {
  return `${flagged}|${isSelf}|${kind}|${type}`
}

function kindOf(msg: Message): Kind {
  // Friend requests come from a service, and are about a person it may not name.
  if (msg.Type === FRIENDS) return 'friend'
  if (msg.user instanceof Chatroom) return 'group'
  return msg.user instanceof MassivePlatform ? 'mp' : 'friend'
}
