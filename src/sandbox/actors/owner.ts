import type { Person } from '../world/person.js'
import { openOnPhone, renamePerson } from '../world/person-rules.js'
import type { ActorContext } from './actor-context.js'
import { Chat, type Said, type Sendable, send } from './chat.js'

/** The account's owner, who has the phone in hand. */
export class Owner extends Chat {
  readonly #find: (query: string) => string
  readonly #person: Person

  /** `find` turns a name into the id of a chat. */
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

  /** Changes the account's own name: the program is told in `Profile`, and in every group. @see docs/protocol.md §9.7 */
  rename(name: string): void {
    renamePerson(this.context.core.world, this.#person, name)
  }

  /**
   * Opens a chat on the phone, which tells the program its permanent id (MsgType 51); throws when no program is logged
   * in. @see docs/protocol.md §10.13
   */
  open(chat: string | { id: string }): void {
    const { world, sessions } = this.context.core
    openOnPhone(world, this.#idOf(chat), sessions.live !== undefined)
  }

  /** Says a text on the phone in a chat: a friend, group, official account, `'filehelper'`, or oneself by id. */
  say(chat: string | { id: string }, text: string): Said {
    return this.send(chat, { kind: 'text', text })
  }

  /** Sends anything on the phone: a picture, a voice, a card … */
  send(chat: string | { id: string }, content: Sendable): Said {
    return send(this.context, this.#idOf(chat), this.id, content)
  }

  #idOf(chat: string | { id: string }): string {
    return typeof chat === 'string' ? this.#find(chat) : chat.id
  }
}
