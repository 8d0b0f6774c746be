import type { ActorContext } from '../actor-context.js'
import type { Person } from '../world/person.js'
import { openOnPhone, renamePerson } from '../world/person-rules.js'
import { Chat, checkText, type Said, type Sendable, send } from './chat.js'

/** The account's owner, acting on the phone. */
export class Owner extends Chat {
  readonly #find: (query: string) => string
  readonly #person: Person

  /** `find` looks up a chat id by name. */
  constructor(context: ActorContext, person: Person, find: (query: string) => string) {
    super(context, person.id)
    this.#person = person
    this.#find = find
  }

  get name(): string {
    return this.#person.name
  }

  get uin(): string {
    return String(this.#person.uin)
  }

  /**
   * Changes this account's name. The program receives the changed `Profile` and a contact change for every group
   * that it knows.
   * @see docs/protocol.md §9.7
   */
  rename(name: string): void {
    renamePerson(this.context.core.world, this.#person, name)
  }

  /**
   * Opens a chat on the phone. The program receives the chat's permanent id (MsgType 51). Throws if no program is
   * logged in. @see docs/protocol.md §10.13
   */
  open(chat: string | { id: string }): void {
    const { world, sessions } = this.context.core
    openOnPhone(world, this.#idOf(chat), sessions.live !== undefined)
  }

  /** Sends text from the phone to a friend, a group, an official account, `'filehelper'`, or the owner's own id. */
  say(chat: string | { id: string }, text: string): Said {
    return this.send(chat, { kind: 'text', text: checkText(text) })
  }

  /** Sends a message of any kind from the phone. */
  send(chat: string | { id: string }, content: Sendable): Said {
    return send(this.context, this.#idOf(chat), this.id, content)
  }

  #idOf(chat: string | { id: string }): string {
    return typeof chat === 'string' ? this.#find(chat) : chat.id
  }
}
