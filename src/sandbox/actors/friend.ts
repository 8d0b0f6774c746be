import type { ActorContext } from '../actor-context.js'
import type { Person } from '../world/person.js'
import { renamePerson, unfriend } from '../world/person-rules.js'
import { Chat, checkText, type Said, type Sendable, send, toSaid } from './chat.js'

/** Another person or an official account. */
export class Friend extends Chat {
  readonly #person: Person

  constructor(context: ActorContext, person: Person) {
    super(context, person.id)
    this.#person = person
  }

  get name(): string {
    return this.#person.name
  }

  get remark(): string {
    return this.#person.remark
  }

  get isContact(): boolean {
    return this.#person.isContact
  }

  /** Sends text to the account. Throws unless this person is a contact. */
  say(text: string): Said {
    return this.send({ kind: 'text', text: checkText(text) })
  }

  /** Sends a message of any kind to the account. Throws unless this person is a contact. */
  send(content: Sendable): Said {
    return send(this.context, this.id, this.id, content)
  }

  /** Sends a friend request to the account. The program receives MsgType 37. @see docs/protocol.md §10.6 */
  requestFriend(greeting = ''): Said {
    return toSaid(this.context, this.context.core.world.requestFriendship(this.#person, greeting))
  }

  /**
   * Changes this person's name. The program receives a contact change for the person, unless they are a stranger, and
   * for every shared group that the program knows.
   */
  rename(name: string): void {
    renamePerson(this.context.core.world, this.#person, name)
  }

  /** Ends the friendship on both sides. Throws unless this person is a friend. */
  unfriend(): void {
    unfriend(this.context.core.world, this.#person)
  }
}
