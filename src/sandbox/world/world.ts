import { createHash } from 'node:crypto'
import { Emitter } from '../emitter.js'
import { Conversation } from './conversation.js'
import type { Group, Member } from './group.js'
import type { Content, Message } from './message.js'
import { MessageIds } from './message-ids.js'
import type { Person } from './person.js'

/** What happens in a world. */
interface WorldEvents {
  /** A message was added to a conversation. */
  message: Message
  /** A message was recalled by `by`. */
  recalled: { message: Message; by: string; byProgram: boolean }
  /** What an address book shows of this person or group changed, or it is new in it. */
  contact: string
  /** A person or group left the address book. */
  contactRemoved: string
  /** A person's own name changed. */
  renamed: Person
  /** A chat was pinned or unpinned, which tells numbers along. */
  pinned: string
  /** The account's owner opened a chat on the phone. */
  opened: string
  /** Unread count or order of a chat changed. */
  chat: string
}

/** What is needed to add a message; `at` is now unless given. */
interface NewMessage {
  chatId: string
  speaker: string
  origin: Message['origin']
  content: Content
  mentions?: readonly string[]
}

/** Everybody, their groups and what they said to the one account. Knows nothing of the wire. */
export class World {
  readonly events = new Emitter<WorldEvents>()
  readonly owner: Person
  readonly people = new Map<string, Person>()
  readonly groups = new Map<string, Group>()
  readonly conversations = new Map<string, Conversation>()
  /** Tickets of friend requests not answered yet, by person id. */
  readonly requests = new Map<string, string>()
  readonly #now: () => number
  readonly #ids = new MessageIds()
  #nextGroup = 10_000_001

  constructor(owner: Person, now: () => number) {
    this.owner = owner
    this.#now = now
    this.people.set(owner.id, owner)
  }

  newMessageId(): string {
    return this.#ids.next(this.#now())
  }

  newGroupId(): string {
    while (this.groups.has(`${this.#nextGroup}@chatroom`)) this.#nextGroup++
    return `${this.#nextGroup}@chatroom`
  }

  /** The chat's conversation, made when there is none yet. */
  conversation(chatId: string): Conversation {
    let conversation = this.conversations.get(chatId)
    if (!conversation) {
      conversation = new Conversation(chatId)
      this.conversations.set(chatId, conversation)
    }
    return conversation
  }

  /** Adds a message as of now and tells everybody. */
  post(message: NewMessage): Message {
    const added: Message = {
      ...message,
      id: this.newMessageId(),
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
    if (added.origin === 'person' || added.origin === 'system') {
      conversation.unread++
      conversation.mentioned ||= this.mentionsOwner(added)
    }
    this.events.emit('message', added)
    return added
  }

  /** Adds an old message that everybody knows already. */
  remember(message: NewMessage, at: number): void {
    this.conversation(message.chatId).add({
      ...message,
      id: this.#ids.next(at),
      at,
      mentions: message.mentions ?? [],
      delivered: true,
      recalled: false,
    })
  }

  /** The message with this id, whatever the chat. */
  findMessage(id: string): Message | undefined {
    for (const conversation of this.conversations.values()) {
      const found = conversation.find(id)
      if (found) return found
    }
    return undefined
  }

  /** Takes a message back, as its speaker does; `byProgram` when the program asked for it. */
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

  /** Changes the name a person goes by. */
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

  /** The account's owner opens a chat on the phone, and has read it then. */
  open(chatId: string): void {
    this.events.emit('opened', chatId)
    this.markRead(chatId)
  }

  /** A stranger asks to become a friend. */
  ask(person: Person, greeting: string): Message {
    const ticket = `v2_${createHash('sha1').update(`${person.id} ${this.#now()}`).digest('hex')}@stranger`
    this.requests.set(person.id, ticket)
    const content = { kind: 'friendRequest' as const, greeting, ticket }
    return this.post({ chatId: person.id, speaker: person.id, origin: 'person', content })
  }

  /** Puts somebody into the address book; `notice` is the line both see. */
  befriend(person: Person, notice?: string): void {
    this.requests.delete(person.id)
    if (person.isContact) return
    person.isContact = true
    this.events.emit('contact', person.id)
    if (notice !== undefined) this.notice(person.id, notice)
  }

  /** Takes somebody out of the address book. */
  unfriend(person: Person): void {
    person.isContact = false
    person.pinned = false
    this.events.emit('contactRemoved', person.id)
  }

  /** Says a system line. */
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
    this.notice(group.id, `你邀请${others.map((person) => `"${person.name}"`).join('、')}加入了群聊  `)
    return group
  }

  rename(group: Group, topic: string, byId: string): void {
    group.topic = topic
    this.events.emit('contact', group.id)
    const by = byId === this.owner.id ? '你' : `"${this.nameIn(group, byId)}"`
    this.notice(group.id, `${by}修改群名为“${topic}”`)
  }

  /** Adds people who are not in it yet, as the account's owner or another member does. */
  addMembers(group: Group, people: readonly Person[], byId = this.owner.id): void {
    const fresh = people.filter((person) => !this.member(group, person.id))
    if (fresh.length === 0) return
    group.members.push(...fresh.map((person) => ({ id: person.id, displayName: '' })))
    this.events.emit('contact', group.id)
    this.notice(group.id, this.#joined(group, fresh, byId))
  }

  /** Removes members, as the account's owner or another member does; only one's own part in it is told in words. */
  removeMembers(group: Group, people: readonly Person[], byId = this.owner.id): void {
    const names = people.map((person) => this.nameIn(group, person.id)).join('、')
    const by = this.nameIn(group, byId)
    const gone = new Set(people.map((person) => person.id))
    group.members = group.members.filter((member) => !gone.has(member.id))
    const [heir] = group.members
    if (gone.has(group.ownerId) && heir) group.ownerId = heir.id
    this.events.emit('contact', group.id)
    if (gone.has(this.owner.id)) {
      if (byId !== this.owner.id) this.notice(group.id, `你被"${by}"移出群聊`)
    } else if (byId === this.owner.id) {
      this.notice(group.id, `你将"${names}"移出了群聊`)
    }
  }

  /** Sets somebody's name in a group; `''` takes it away. */
  setDisplayName(group: Group, personId: string, displayName: string): void {
    const member = this.member(group, personId)
    if (!member) return
    member.displayName = displayName
    this.events.emit('contact', group.id)
  }

  #joined(group: Group, fresh: readonly Person[], byId: string): string {
    const names = (people: readonly Person[]) => people.map((person) => person.name).join('、')
    if (byId === this.owner.id) return `你邀请"${names(fresh)}"加入了群聊  `
    const by = this.nameIn(group, byId)
    const others = fresh.filter((person) => person !== this.owner)
    if (others.length === fresh.length) return `"${by}"邀请"${names(fresh)}"加入了群聊`
    if (others.length > 0) return `"${by}"邀请你和"${names(others)}"加入了群聊`
    const present = group.members.flatMap(({ id }) =>
      id === byId || id === this.owner.id ? [] : this.nameIn(group, id),
    )
    return `"${by}"邀请你加入了群聊，群聊参与人还有：${present.join('、')}`
  }

  member(group: Group, personId: string): Member | undefined {
    return group.members.find((member) => member.id === personId)
  }

  /** Name the account's owner reads: the remark, else the name in the group, else the person's own. */
  nameTo(chatId: string, personId: string): string {
    const group = this.groups.get(chatId)
    const person = this.people.get(personId)
    return person?.remark || (group ? this.nameIn(group, personId) : (person?.name ?? ''))
  }

  /** Name shown in a group: the one set there, else the person's own. */
  nameIn(group: Group, personId: string): string {
    return this.member(group, personId)?.displayName || (this.people.get(personId)?.name ?? '')
  }
}

/** What of a name can stand for its pinyin as it is. */
function latinOf(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, '')
}

/** Only a fetched message that is still the latest one counts as the one answered. */
function replyTime(last: Message | undefined, at: number): number | undefined {
  if (!last || last.origin === 'bot' || last.deliveredAt === undefined) return undefined
  return Math.max(0, at - last.deliveredAt)
}
