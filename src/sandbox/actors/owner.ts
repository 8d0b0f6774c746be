import type { Person } from '../world/person.js'
import { Chat, type Said, type Sendable, type Stage, send } from './chat.js'

/** The account's owner, who has the phone in hand. */
export class Owner extends Chat {
  readonly #find: (query: string) => string
  readonly #person: Person

  /** `find` turns a name into the id of a chat. */
  constructor(stage: Stage, person: Person, find: (query: string) => string) {
    super(stage, person.id)
    this.#person = person
    this.#find = find
  }

  get name(): string {
    return this.#person.name
  }

  get uin(): string {
    return String(this.#person.uin)
  }

  /** Says a text on the phone in a chat: a friend, group, official account, `'filehelper'`, or oneself by id. */
  say(chat: string | { id: string }, text: string): Said {
    return this.send(chat, { kind: 'text', text })
  }

  /** Sends anything on the phone: a picture, a voice, a card … */
  send(chat: string | { id: string }, content: Sendable): Said {
    const id = typeof chat === 'string' ? this.#find(chat) : chat.id
    return send(this.stage, id, this.id, content)
  }
}
