import { createHash } from 'node:crypto'
import { Emitter } from '../emitter.js'
import type { Action } from './action.js'
import { CLAWBOT } from './clawbot.js'
import { Conversation } from './conversation.js'
import type { Group, Member } from './group.js'
import { type Language, PHONE_TEXTS, type PhoneTexts } from './language.js'
import type { Content, Message } from './message.js'
import { MessageIds } from './message-ids.js'
import type { Person } from './person.js'

/** The events in a world. */
interface WorldEvents {
  /** Somebody acted. Emitted in the same turn as the effects; a listener may refuse a fault by throwing. */
  acted: Action
  /** A message was added to a conversation. */
  message: Message
  /** A message was recalled by the person `by`. */
  recalled: { message: Message; by: string; byProgram: boolean }
  /** A person or group was added to the address book, or their entry changed. */
  contact: string
  /** A person or group was removed from the address book. */
  contactRemoved: string
  /** A person appeared, in the address book or outside it. */
  added: Person
  /** A person changed their name. */
  renamed: Person
  /** A chat was pinned or unpinned. This change is delivered with uins. */
  pinned: string
  /** The account's owner opened a chat on the phone. */
  opened: string
  /** The unread count or the position of a chat changed. */
  chat: string
}

/** The fields of a message to add. */
interface NewMessage {
  chatId: string
  speaker: string
  origin: Message['origin']
  content: Content
  mentions?: readonly string[]
  /** Default: a new id. */
  id?: string
  isBroken?: true
}

/** The people, groups and messages around one account. This class does not depend on the wire protocol. */
export class World {
  readonly events = new Emitter<WorldEvents>()
  /** The number of the account in its sandbox, from 1. */
  readonly account: number
  readonly owner: Person
  readonly language: Language
  readonly people = new Map<string, Person>()
  readonly groups = new Map<string, Group>()
  readonly conversations = new Map<string, Conversation>()
  /** Tickets of pending friend requests, by person id. */
  readonly requests = new Map<string, string>()
  readonly #now: () => number
  readonly #ids = new MessageIds()
  #nextGroup = 10_000_001

  constructor(owner: Person, now: () => number, language: Language, account: number) {
    this.account = account
    this.owner = owner
    this.language = language
    this.#now = now
    this.people.set(owner.id, owner)
  }

  /** The texts that the phone and the server write by themselves. */
  get texts(): PhoneTexts {
    return PHONE_TEXTS[this.language]
  }

  newMessageId(): string {
    return this.#ids.next(this.#now())
  }

  newGroupId(): string {
    while (this.groups.has(`${this.#nextGroup}@chatroom`)) this.#nextGroup++
    return `${this.#nextGroup}@chatroom`
  }

  /** Returns the conversation in a chat, which is created on first use. */
  conversation(chatId: string): Conversation {
    let conversation = this.conversations.get(chatId)
    if (!conversation) {
      conversation = new Conversation(chatId)
      this.conversations.set(chatId, conversation)
    }
    return conversation
  }

  /** Adds a message with the current time and emits it. */
  post(message: NewMessage): Message {
    const added: Message = {
      ...message,
      id: message.id ?? this.newMessageId(),
      at: this.#now(),
      mentions: message.mentions ?? [],
      delivered: message.origin === 'bot',
      recalled: false,
    }
    const conversation = this.conversation(message.chatId)
    if (added.origin === 'bot') {
      const replyMs = replyTime(conversation.last, added.at)
      if (replyMs !== undefined) added.replyMs = replyMs
    }
    conversation.add(added)
    const isReceived = added.origin === 'person' || added.origin === 'system' || added.speaker === CLAWBOT
    if (isReceived) {
      conversation.unread++
      conversation.mentioned ||= this.mentionsOwner(added)
    }
    this.events.emit('message', added)
    return added
  }

  /** Adds an old message that counts as delivered, without emitting an event. */
  addDelivered(message: NewMessage, at: number): void {
    this.conversation(message.chatId).add({
      ...message,
      id: this.#ids.next(at),
      at,
      mentions: message.mentions ?? [],
      delivered: true,
      recalled: false,
    })
  }

  /** Finds a message by id in all chats. */
  findMessage(id: string): Message | undefined {
    for (const conversation of this.conversations.values()) {
      const found = conversation.find(id)
      if (found) return found
    }
    return undefined
  }

  /** Recalls a message on behalf of its speaker. `byProgram` is true if the program requested it. */
  recall(message: Message, { by, byProgram = false }: { by: string; byProgram?: boolean }): void {
    message.recalled = true
    this.events.emit('recalled', { message, by, byProgram })
  }

  markRead(chatId: string): void {
    const conversation = this.conversation(chatId)
    conversation.unread = 0
    conversation.mentioned = false
    this.events.emit('chat', chatId)
  }

  setRemark(person: Person, remark: string): void {
    person.remark = remark
    const latin = latinOf(remark)
    person.remarkInitials = latin.toUpperCase()
    person.remarkPinyin = latin.toLowerCase()
    this.events.emit('contact', person.id)
  }

  /** Changes a person's name. */
  setName(person: Person, name: string): void {
    person.name = name
    const latin = latinOf(name)
    person.initials = latin.toUpperCase()
    person.pinyin = latin.toLowerCase()
    this.events.emit('renamed', person)
  }

  setPinned(chat: Person | Group, pinned: boolean): void {
    chat.pinned = pinned
    this.events.emit('pinned', chat.id)
  }

  /** Opens a chat on the phone, which also marks it as read. */
  open(chatId: string): void {
    this.events.emit('opened', chatId)
    this.markRead(chatId)
  }

  /** Posts a friend request from a stranger. */
  requestFriendship(person: Person, greeting: string): Message {
    const ticket = `v2_${createHash('sha1').update(`${person.id} ${this.#now()}`).digest('hex')}@stranger`
    this.requests.set(person.id, ticket)
    const content = { kind: 'friendRequest' as const, greeting, ticket }
    const message = this.post({ chatId: person.id, speaker: person.id, origin: 'person', content })
    this.events.emit('acted', { type: 'requestFriend', message })
    return message
  }

  /** Adds a new person. */
  add(person: Person): void {
    this.people.set(person.id, person)
    this.events.emit('added', person)
  }

  /** Adds a person to the address book. `notice` is the system notice posted to the chat. */
  befriend(person: Person, notice?: string): void {
    this.requests.delete(person.id)
    if (person.isContact) return
    person.isContact = true
    this.events.emit('contact', person.id)
    if (notice !== undefined) this.notice(person.id, notice)
  }

  /** Removes a person from the address book. */
  unfriend(person: Person): void {
    person.isContact = false
    person.pinned = false
    this.events.emit('contactRemoved', person.id)
  }

  /** Posts a system notice. */
  notice(chatId: string, text: string): Message {
    return this.post({ chatId, speaker: '', origin: 'system', content: { kind: 'note', text } })
  }

  mentionsOwner(message: Message): boolean {
    return message.mentions.includes(this.owner.id) || message.mentions.includes('all')
  }

  makeGroup(topic: string, others: readonly Person[]): Group {
    const group: Group = {
      id: this.newGroupId(),
      topic,
      ownerId: this.owner.id,
      members: [this.owner, ...others].map((person) => ({ id: person.id, displayName: '' })),
      saved: false,
      renameBy: 'everyone',
      pinned: false,
      muted: false,
      avatarSeq: 700_000_000 + this.groups.size,
    }
    this.groups.set(group.id, group)
    this.events.emit('contact', group.id)
    this.notice(group.id, this.texts.groupMade(others.map((person) => person.name)))
    return group
  }

  rename(group: Group, topic: string, byId: string): void {
    group.topic = topic
    this.events.emit('contact', group.id)
    const by = byId === this.owner.id ? undefined : this.nameIn(group, byId)
    this.notice(group.id, this.texts.renamed(by, topic))
  }

  /** Adds people who are not members yet, on behalf of the account's owner or another member. */
  addMembers(group: Group, people: readonly Person[], byId = this.owner.id): void {
    const newMembers = people.filter((person) => !this.member(group, person.id))
    if (newMembers.length === 0) return
    group.members.push(...newMembers.map((person) => ({ id: person.id, displayName: '' })))
    this.events.emit('contact', group.id)
    this.notice(group.id, this.#joinNotice(group, newMembers, byId))
  }

  /** Adds a person who scanned the QR code of the group, which `byId` had shared. */
  joinByQr(group: Group, person: Person, byId: string): void {
    group.members.push({ id: person.id, displayName: '' })
    this.events.emit('contact', group.id)
    const by = byId === this.owner.id ? undefined : this.nameIn(group, byId)
    this.notice(group.id, this.texts.joinedByQr(person.name, by))
  }

  /**
   * Removes members on behalf of the account's owner or another member. A notice is posted only if the account's owner
   * removes someone or is removed.
   */
  removeMembers(group: Group, people: readonly Person[], byId = this.owner.id): void {
    const names = people.map((person) => this.nameIn(group, person.id))
    const by = this.nameIn(group, byId)
    const removedIds = new Set(people.map((person) => person.id))
    group.members = group.members.filter((member) => !removedIds.has(member.id))
    const [nextOwner] = group.members
    if (removedIds.has(group.ownerId) && nextOwner) group.ownerId = nextOwner.id
    this.events.emit('contact', group.id)
    if (removedIds.has(this.owner.id)) {
      if (byId !== this.owner.id) this.notice(group.id, this.texts.ownerRemoved(by))
    } else if (byId === this.owner.id) {
      this.notice(group.id, this.texts.removedByOwner(names))
    }
  }

  /** Sets a member's display name. `''` removes it. */
  setDisplayName(group: Group, personId: string, displayName: string): void {
    const member = this.member(group, personId)
    if (!member) return
    member.displayName = displayName
    this.events.emit('contact', group.id)
  }

  #joinNotice(group: Group, newMembers: readonly Person[], byId: string): string {
    const names = (people: readonly Person[]) => people.map((person) => person.name)
    if (byId === this.owner.id) return this.texts.invitedByOwner(names(newMembers))
    const by = this.nameIn(group, byId)
    const others = newMembers.filter((person) => person !== this.owner)
    if (others.length === newMembers.length) return this.texts.invited(by, names(newMembers))
    if (others.length > 0) return this.texts.invitedWithOwner(by, names(others))
    const present = group.members.flatMap(({ id }) =>
      id === byId || id === this.owner.id ? [] : this.nameIn(group, id),
    )
    return this.texts.ownerInvited(by, present)
  }

  member(group: Group, personId: string): Member | undefined {
    return group.members.find((member) => member.id === personId)
  }

  /** The name shown to the account's owner: the remark, else the display name in the group, else the person's name. */
  nameTo(chatId: string, personId: string): string {
    const group = this.groups.get(chatId)
    const person = this.people.get(personId)
    return person?.remark || (group ? this.nameIn(group, personId) : (person?.name ?? ''))
  }

  /** The name shown to group members: the display name or, if it is not set, the person's name. */
  nameIn(group: Group, personId: string): string {
    return this.member(group, personId)?.displayName || (this.people.get(personId)?.name ?? '')
  }
}

/** Returns the Latin letters and digits of a name, which are used as its pinyin. */
function latinOf(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, '')
}

/** Milliseconds since the latest message was fetched, or `undefined` if it was not fetched or was sent by the program. */
function replyTime(last: Message | undefined, at: number): number | undefined {
  if (!last || last.origin === 'bot' || last.deliveredAt === undefined) return undefined
  return Math.max(0, at - last.deliveredAt)
}
