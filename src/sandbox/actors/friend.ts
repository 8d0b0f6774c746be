import type { Person } from '../world/person.js'
import { renamePerson, unfriend } from '../world/person-rules.js'
import type { ActorContext } from './actor-context.js'
import { Chat, type Said, type Sendable, said, send } from './chat.js'

/** A person other than the account's owner, or an official account. */
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

  /** Says a text to the account; throws for somebody who is no contact. */
  say(text: string): Said {
    return this.send({ kind: 'text', text })
  }

  /** Sends anything to the account: a picture, a voice, a card …; throws for somebody who is no contact. */
  send(content: Sendable): Said {
    return send(this.context, this.id, this.id, content)
  }

  /** Asks to become a friend: the program gets MsgType 37. @see docs/protocol.md §10.6 */
  requestFriend(greeting = ''): Said {
    return said(this.context, this.context.core.world.ask(this.#person, greeting))
  }

  /** Changes the name this person goes by: the program is told as of a changed contact, and in every shared group. */
  rename(name: string): void {
    renamePerson(this.context.core.world, this.#person, name)
  }

  /** Takes the account out of this person's friends, and this person out of the account's; throws for no friend. */
  unfriend(): void {
    unfriend(this.context.core.world, this.#person)
  }
}
