import type { ActorContext } from '../actor-context.js'
import { SandboxError } from '../errors.js'
import { findPerson } from '../world/find.js'
import type { Group } from '../world/group.js'
import { addToGroup, joinByQr, removeFromGroup, renameGroup, setGroupDisplayName } from '../world/group-rules.js'
import type { Person } from '../world/person.js'
import { postNotice, withMentions } from '../world/speak.js'
import { Chat, checkText, type Said, type Sendable, send, toSaid } from './chat.js'

/** Whom to mention: the account's owner, all members, or one member by name or id. */
export type Mention = 'owner' | 'all' | (string & {})

/** A group that the account is in. */
export class GroupChat extends Chat {
  readonly #group: Group

  constructor(context: ActorContext, group: Group) {
    super(context, group.id)
    this.#group = group
  }

  get topic(): string {
    return this.#group.topic
  }

  /** Person ids of the members. */
  get memberIds(): string[] {
    return this.#group.members.map((member) => member.id)
  }

  /** Posts a system notice. The program receives MsgType 10000. @see docs/protocol.md §10.17 */
  say(notice: string): Said {
    return toSaid(this.context, postNotice(this.context.core.world, this.id, checkText(notice)))
  }

  /**
   * Finds a member by display name, name, remark, alias or id. If there is no match, the error message lists similar
   * names.
   */
  member(query: string): GroupMember {
    return new GroupMember(this.context, this.#group, this.#find(query))
  }

  /** Changes the topic as the member `by` (default: the group's owner). Throws if that member may not change it. */
  rename(topic: string, by?: string): void {
    renameGroup(this.context.core.world, this.#group, topic, this.#actorId(by))
  }

  /** Adds a person, invited by the member `by` (default: the group's owner). `'owner'` is the account's owner. */
  add(person: string, by?: string): void {
    const { world } = this.context.core
    const newMember = person === 'owner' ? world.owner : findPerson(world.people.values(), person)
    addToGroup(world, this.#group, [newMember], this.#actorId(by))
  }

  /** A person joins by scanning the group's QR code, which the member `by` had shared (default: the group's owner). */
  joinByQr(person: string, by?: string): void {
    const { world } = this.context.core
    joinByQr(world, this.#group, findPerson(world.people.values(), person), this.#actorId(by))
  }

  /**
   * Removes a member as the group's owner. If `by` is the member being removed, the member leaves the group. `'owner'`
   * is the account's owner.
   */
  remove(person: string, by?: string): void {
    removeFromGroup(this.context.core.world, this.#group, [this.#memberOrOwner(person)], this.#actorId(by))
  }

  /** Sets a member's display name in the group; `''` removes it. `'owner'` is the account's owner. */
  setDisplayName(person: string, name: string): void {
    setGroupDisplayName(this.context.core.world, this.#group, this.#memberOrOwner(person).id, name)
  }

  #actorId(query: string | undefined): string {
    return query === undefined ? this.#group.ownerId : this.#memberOrOwner(query).id
  }

  #memberOrOwner(query: string): Person {
    return query === 'owner' ? this.context.core.world.owner : this.#find(query)
  }

  #find(query: string): Person {
    const { world } = this.context.core
    const byDisplayName = this.#group.members.filter(
      (member) => member.displayName !== '' && member.displayName === query,
    )
    const [only] = byDisplayName
    const person = only && world.people.get(only.id)
    if (byDisplayName.length === 1 && person) return person
    const people = this.#group.members.flatMap((member) => world.people.get(member.id) ?? [])
    return findPerson(people, query, `member of ${this.#group.topic}`)
  }
}

/** A group member. */
export class GroupMember {
  /** Person id of the member. */
  readonly id: string
  readonly #context: ActorContext
  readonly #group: Group

  constructor(context: ActorContext, group: Group, person: Person) {
    this.#context = context
    this.#group = group
    this.id = person.id
  }

  /** Display name in the group, or `''` if not set. */
  get displayName(): string {
    return this.#context.core.world.member(this.#group, this.id)?.displayName ?? ''
  }

  set displayName(name: string) {
    setGroupDisplayName(this.#context.core.world, this.#group, this.id, name)
  }

  /** Sends text to the group. `at` prepends `@name` and U+2005 unless the text already contains the mention. */
  say(text: string, options: { at?: Mention | readonly Mention[] } = {}): Said {
    return this.send({ kind: 'text', text: checkText(text) }, options)
  }

  /** Sends a message of any kind to the group. `at` mentions members in a text or quote message. */
  send(content: Sendable, options: { at?: Mention | readonly Mention[] } = {}): Said {
    const ids = [options.at ?? []].flat().map((mention) => this.#mentionId(mention))
    const { world } = this.#context.core
    const isText = content.kind === 'text' || content.kind === 'quote'
    if (ids.length > 0 && !isText) {
      throw new SandboxError(`Invalid at: expected a text or quote message, found kind ${content.kind}.`)
    }
    // An omitted text without mentions becomes that of a sample.
    const withMention =
      isText && (content.text !== undefined || ids.length > 0)
        ? { ...content, text: withMentions(world, this.#group, checkText(content.text ?? ''), ids) }
        : content
    return send(this.#context, this.#group.id, this.id, withMention, ids)
  }

  #mentionId(mention: Mention): string {
    const { world } = this.#context.core
    if (mention === 'all') return 'all'
    if (mention === 'owner') return world.owner.id
    const people = this.#group.members.flatMap((member) => world.people.get(member.id) ?? [])
    const byDisplayName = this.#group.members.find((member) => member.displayName === mention && mention !== '')
    if (byDisplayName) return byDisplayName.id
    if (people.length === 0) throw new SandboxError(`Cannot mention ${mention}: ${this.#group.topic} has no members.`)
    return findPerson(people, mention, `member of ${this.#group.topic}`).id
  }
}
