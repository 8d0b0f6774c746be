import type { SendableFile } from '../../account/outbox/sendable-file.js'
import type { SendResult } from '../../contact/actions.js'
import { Chatroom, MassivePlatform } from '../../contact/contact.js'
import type { MessageType } from '../../message/fields.js'
import type { Message, MessageOf } from '../../message/message.js'
import { FRIENDS, INCOME_MSG, SYSTEM, UNKNOWN } from '../../message/types.js'
import { describeName, describeValue, invalidArgument } from '../../util/invalid-argument.js'

/** Return value of a handler. Text or a file is sent to the conversation; the result of a send is ignored. */
export type Reply = string | SendableFile | SendResult | null | undefined | void

/** Handles messages of the types that it is registered for. */
export type Handler<K extends MessageType = MessageType> = (msg: MessageOf[K]) => Reply | Promise<Reply>

/** Conversations that a handler applies to. If none of the first three flags is set: conversations with friends. */
export interface RegisterOptions {
  /** Conversations with people, including this account itself and the file helper. */
  isFriendChat?: boolean
  /** Groups. */
  isGroupChat?: boolean
  /** Official accounts. */
  isMpChat?: boolean
  /** Whether to include messages that this account sends from the phone, in any conversation. Default false. */
  isSelf?: boolean
}

const KINDS = [
  ['isFriendChat', 'friend'],
  ['isGroupChat', 'group'],
  ['isMpChat', 'mp'],
] as const
/** The kinds of conversations that handlers are registered for. */
export type ConversationKind = (typeof KINDS)[number][1]

interface Registration {
  handler: Handler
  order: number
}

/**
 * The handlers of an account. For each conversation kind and message type, a handler registered with kind flags takes
 * precedence over one registered without them; among equals, the handler registered last does. The catch-all handler
 * has the lowest precedence.
 */
export class Registry {
  /** By message type, then by `slot`. */
  readonly #slots = new Map<MessageType, (Registration | undefined)[]>()
  readonly #isNotebook: (userName: string) => boolean
  #catchAll: Handler | undefined
  #order = 0

  /** @param isNotebook whether a UserName belongs to a notes-to-self chat other than the chat with this account */
  constructor(isNotebook: (userName: string) => boolean) {
    this.#isNotebook = isNotebook
  }

  /**
   * Sets the handler for messages without another handler, except `System`, `Unknown` and this account's own messages.
   */
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
    const kinds: ConversationKind[] = flagged.length > 0 ? flagged.map(([, kind]) => kind) : ['friend']
    const registration = { handler, order: this.#order++ }
    for (const type of known) {
      const slots = this.#slots.get(type) ?? []
      this.#slots.set(type, slots)
      for (const kind of kinds) slots[slot(flagged.length > 0, options.isSelf ?? false, kind)] = registration
    }
  }

  /** Removes a handler from every slot, including the catch-all; returns whether it was registered. */
  remove(handler: unknown): boolean {
    let isRemoved = false
    for (const slots of this.#slots.values()) {
      for (const [index, registration] of slots.entries()) {
        if (registration?.handler !== handler) continue
        slots[index] = undefined
        isRemoved = true
      }
    }
    if (this.#catchAll !== handler) return isRemoved
    this.#catchAll = undefined
    return true
  }

  find(msg: Message): Handler | undefined {
    const slots = this.#slots.get(msg.Type)
    if (slots) {
      const kind = kindOf(msg)
      const onlySelf = msg.isSelf && msg.Type !== SYSTEM && !this.#isCommandChat(msg)
      for (const flagged of [true, false]) {
        const withSelf = slots[slot(flagged, true, kind)]
        const without = onlySelf ? undefined : slots[slot(flagged, false, kind)]
        const later = (withSelf?.order ?? -1) > (without?.order ?? -1) ? withSelf : without
        if (later) return later.handler
      }
    }
    return msg.isSelf || msg.Type === SYSTEM || msg.Type === UNKNOWN ? undefined : this.#catchAll
  }

  /** The kinds of conversations in which this type has a handler; empty for a type without handlers. */
  kindsWithHandler(type: MessageType): ConversationKind[] {
    const slots = this.#slots.get(type) ?? []
    return KINDS.flatMap(([, kind]) =>
      slots.some((found, index) => found && index % 3 === KIND_INDEX[kind]) ? kind : [],
    )
  }

  /** Whether this account's own messages in the chat are commands to the bot. */
  #isCommandChat({ user, FromUserName }: Message): boolean {
    return user.UserName === FromUserName || this.#isNotebook(user.UserName)
  }
}

/** @throws ArgumentError for an unknown type */
function knownType(type: unknown): MessageType {
  const known = type === UNKNOWN ? UNKNOWN : INCOME_MSG.find((name) => name === type)
  if (known) return known
  throw invalidArgument('types', {
    expected: 'message types',
    found: describeName(type),
    advice: "Import TEXT, PICTURE … from 'itchat'.",
  })
}

/** Index of the handler for a kind of conversation. */
function slot(flagged: boolean, isSelf: boolean, kind: ConversationKind): number {
  return (flagged ? 6 : 0) + (isSelf ? 3 : 0) + KIND_INDEX[kind]
}

const KIND_INDEX: Readonly<Record<ConversationKind, number>> = { friend: 0, group: 1, mp: 2 }

function kindOf(msg: Message): ConversationKind {
  // Friend requests are sent by a service account, and the requesting user may be unknown.
  if (msg.Type === FRIENDS) return 'friend'
  if (msg.user instanceof Chatroom) return 'group'
  return msg.user instanceof MassivePlatform ? 'mp' : 'friend'
}
