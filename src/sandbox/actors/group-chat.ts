import { SandboxError } from '../errors.js'
import { findPerson } from '../world/find.js'
import type { Group } from '../world/group.js'
import { addToGroup, nameInGroup, removeFromGroup, renameGroup } from '../world/group-rules.js'
import type { Person } from '../world/person.js'
import { withMentions } from '../world/speak.js'
import type { ActorContext } from './actor-context.js'
import { Chat, type Said, type Sendable, said, send } from './chat.js'

/** Somebody to mention: the account's owner, everybody, or a member by name or id. */
export type Mention = 'owner' | 'all' | (string & {})

/** A group of the account. */
export class GroupChat extends Chat {
  readonly #group: Group

  constructor(context: ActorContext, group: Group) {
    super(context, group.id)
    this.#group = group
  }

  get topic(): string {
    return this.#group.topic
  }

  /** Person ids. */
  get memberIds(): string[] {
    return this.#group.members.map((member) => member.id)
  }

  /** A system line: the program gets MsgType 10000. @see docs/protocol.md §10.17 */
  say(notice: string): Said {
    return said(this.context, this.context.core.world.notice(this.id, notice))
  }

  /** A member by name in the group, name, remark, alias or id; throws listing close names. */
  member(query: string): GroupMember {
    return new GroupMember(this.context, this.#group, this.#find(query))
  }

  /** Changes the topic, as a member or, by default, the group's owner does; throws where only the owner may. */
  rename(topic: string, by?: string): void {
    renameGroup(this.context.core.world, this.#group, topic, this.#by(by))
  }

  /** Somebody joins, invited by a member or, by default, the group's owner; `'owner'` is the account's owner. */
  add(person: string, by?: string): void {
    const { world } = this.context.core
    const joining = person === 'owner' ? world.owner : findPerson(world.people.values(), person)
    addToGroup(world, this.#group, [joining], this.#by(by))
  }

  /** The group's owner removes a member, or with `by` the member's own name leaves; `'owner'` is the account's owner. */
  remove(person: string, by?: string): void {
    removeFromGroup(this.context.core.world, this.#group, [this.#who(person)], this.#by(by))
  }

  /** Sets a member's name in the group, `''` for none; `'owner'` is the account's owner. */
  setDisplayName(person: string, name: string): void {
    nameInGroup(this.context.core.world, this.#group, this.#who(person).id, name)
  }

  #by(query: string | undefined): string {
    return query === undefined ? this.#group.ownerId : this.#who(query).id
  }

  #who(query: string): Person {
    return query === 'owner' ? this.context.core.world.owner : this.#find(query)
  }

  #find(query: string): Person {
    const { world } = this.context.core
    const byRoomName = this.#group.members.filter((member) => member.displayName !== '' && member.displayName === query)
    const [only] = byRoomName
    const person = only && world.people.get(only.id)
    if (byRoomName.length === 1 && person) return person
    const people = this.#group.members.flatMap((member) => world.people.get(member.id) ?? [])
    return findPerson(people, query, `member of ${this.#group.topic}`)
  }
}

/** Somebody in a group. */
export class GroupMember {
  /** Person id. */
  readonly id: string
  readonly #context: ActorContext
  readonly #group: Group

  constructor(context: ActorContext, group: Group, person: Person) {
    this.#context = context
    this.#group = group
    this.id = person.id
  }

  /** Name set in the group; `''` when none. */
  get displayName(): string {
    return this.#context.core.world.member(this.#group, this.id)?.displayName ?? ''
  }

  set displayName(name: string) {
    this.#context.core.world.setDisplayName(this.#group, this.id, name)
  }

  /** Says a text in the group; `at` puts `@name` and U+2005 in front unless it stands in the text already. */
  say(text: string, options: { at?: Mention | readonly Mention[] } = {}): Said {
    return this.send({ kind: 'text', text }, options)
  }

  /** Sends anything in the group: a picture, a voice, a card …; `at` mentions people in a text or a quoting reply. */
  send(content: Sendable, options: { at?: Mention | readonly Mention[] } = {}): Said {
    const ids = [options.at ?? []].flat().map((mention) => this.#mentioned(mention))
    const { world } = this.#context.core
    const isText = content.kind === 'text' || content.kind === 'quote'
    if (ids.length > 0 && !isText) throw new SandboxError(`a message of kind ${content.kind} cannot mention anybody`)
    const full = isText ? { ...content, text: withMentions(world, this.#group, content.text ?? '', ids) } : content
    return send(this.#context, this.#group.id, this.id, full, ids)
  }

  #mentioned(mention: Mention): string {
    const { world } = this.#context.core
    if (mention === 'all') return 'all'
    if (mention === 'owner') return world.owner.id
    const people = this.#group.members.flatMap((member) => world.people.get(member.id) ?? [])
    const byRoomName = this.#group.members.find((member) => member.displayName === mention && mention !== '')
    if (byRoomName) return byRoomName.id
    if (people.length === 0) throw new SandboxError(`${this.#group.topic} has no members`)
    return findPerson(people, mention, `member of ${this.#group.topic}`).id
  }
}
