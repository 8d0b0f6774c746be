import type { InspectOptionsStylized, inspect } from 'node:util'
import { caseAliased, memberNames } from '../util/case-alias.js'
import type { ContactActions } from './actions.js'
import { ACTIONS, PinnableContact } from './base.js'
import { describe, type FieldChange, fill, isSame, type MemberFields } from './fields.js'
import type {
  AddMemberOptions,
  ContactReferences,
  FriendQuery,
  HeadImageFile,
  HeadImageTarget,
  MembersResult,
  OperationOptions,
  OperationResult,
  UpdateChatroomOptions,
} from './operations.js'
import { checkQuery, FRIEND_CRITERIA } from './search-query.js'
import { INSPECT, inspectContact, redactedFields } from './shown.js'
import { refuseUnsupported } from './unsupported.js'
import type { User } from './user.js'

const REPLACE_MEMBERS = Symbol('replaceMembers')
const MEMBER_NAMES = Symbol('memberNames')
const FORGET_NAMES = Symbol('forgetNames')
const HAS_MEMBERS = Symbol('hasMembers')

/** The changes made by a new member list. */
export interface MembersChange {
  joined: ChatroomMember[]
  /** Members who left; they keep their fields. */
  left: ChatroomMember[]
  /** Whether the list or the fields of a member changed. */
  isChanged: boolean
}

/** A group. */
export class Chatroom extends PinnableContact {
  readonly #kind = 'chatroom'
  /** 1 if the server reports this account as the owner; `isOwner` uses other fields as well. */
  declare readonly IsOwner: number
  /** The object of a member is created when it is first needed: most programs use few of the members that a login loads. */
  #members = new Map<string, ChatroomMember | MemberFields>()
  #list: readonly ChatroomMember[] | undefined
  /** Created when a mention is looked up, so that the cost of a message does not grow with the group. */
  #names: ReadonlySet<string> | undefined

  static {
    refuseUnsupported(Chatroom.prototype, 'chatroom')
  }

  get kind(): 'chatroom' {
    return this.#kind
  }

  /** The members in the server's order; empty until the group's details have been fetched. */
  get memberList(): readonly ChatroomMember[] {
    this.#list ??= Object.freeze([...this.#members].map(([userName, member]) => this.#created(userName, member)))
    return this.#list
  }

  get MemberList(): readonly ChatroomMember[] {
    return this.memberList
  }

  /** The member with this UserName. */
  member(userName: string): ChatroomMember | undefined {
    const member = this.#members.get(userName)
    return member && this.#created(userName, member)
  }

  #created(userName: string, member: ChatroomMember | MemberFields): ChatroomMember {
    if (member instanceof ChatroomMember) return member
    const created = new ChatroomMember(this, this[ACTIONS])
    fill(created, member, RESERVED)
    this.#members.set(userName, created)
    return created
  }

  /** This account. */
  get #account(): User {
    return this[ACTIONS].operations.self() as User
  }

  /** This account as a member, or as a `User` until the group's details have been fetched. */
  get self(): ChatroomMember | User {
    const self = this.#account
    return this.member(self.UserName) ?? self
  }

  get Self(): ChatroomMember | User {
    return this.self
  }

  /** UserName of the owner; `undefined` until the server reveals it. Pinning the group makes the server send it. */
  get ownerUserName(): string | undefined {
    const self = this.#account
    if (this.IsOwner === 1) return self.UserName
    if (this.ChatRoomOwner) return this.ChatRoomOwner
    const { OwnerUin } = this
    if (OwnerUin === undefined) return undefined
    if (OwnerUin === self.Uin) return self.UserName
    for (const member of this.#members.values()) if (member.Uin === OwnerUin) return member.UserName
    return undefined
  }

  /** Whether this account owns the group and may therefore remove members. */
  get isOwner(): boolean {
    return this.ownerUserName === this.#account.UserName
  }

  /** Alias of `isOwner`. */
  get isAdmin(): boolean {
    return this.isOwner
  }

  get IsAdmin(): boolean {
    return this.isOwner
  }

  /** Fetches the group again. Resolves to this object once it has been updated. */
  async update(options?: boolean | UpdateChatroomOptions): Promise<this> {
    const updateOptions = typeof options === 'boolean' ? { detailedMember: options } : options
    await this[ACTIONS].operations.updateChatroom(this, updateOptions)
    return this
  }

  /** Renames the group. */
  setAlias(name: string, options?: OperationOptions): Promise<OperationResult> {
    return this[ACTIONS].operations.setChatroomName(this, name, options)
  }

  /** Adds friends, or invites them if the group is too large to add them directly. */
  addMember(members: ContactReferences, options?: AddMemberOptions): Promise<MembersResult> {
    return this[ACTIONS].operations.addMembers(this, members, options)
  }

  /** Removes members. Only the owner can do this. */
  deleteMember(members: ContactReferences, options?: OperationOptions): Promise<OperationResult> {
    return this[ACTIONS].operations.deleteMembers(this, members, options)
  }

  /**
   * With `userName`, returns one member or `undefined`; otherwise, returns every member who matches all criteria
   * exactly. `name` is a remark, a nickname, a WeChat id, or the name that the member uses in the group. Remarks
   * and WeChat ids are available after `update(true)`.
   *
   * @throws ArgumentError for an unknown criterion
   */
  searchMember(query: { userName: string }): ChatroomMember | undefined
  searchMember(query: FriendQuery): ChatroomMember[]
  searchMember(query: FriendQuery & { userName?: string }): ChatroomMember | undefined | ChatroomMember[] {
    checkQuery(query, FRIEND_CRITERIA)
    if ('userName' in query) return this.member(query.userName ?? '')
    const criteria = Object.entries(query).flatMap(([key, value]) => (isMemberKey(key) ? { key, value } : []))
    if (criteria.length === 0) return []
    return this.memberList.filter((member) =>
      // An empty criterion never matches, not even an empty field.
      criteria.every(
        ({ key, value }) =>
          value !== undefined && value !== '' && MEMBER_KEYS[key].some((field) => member[field] === value),
      ),
    )
  }

  protected override headImageTarget(): HeadImageTarget {
    return { chatroomUserName: this }
  }

  /** @internal Whether the members are known. */
  get [HAS_MEMBERS](): boolean {
    return this.#members.size > 0
  }

  /** @internal Nicknames and display names of the members. */
  get [MEMBER_NAMES](): ReadonlySet<string> {
    this.#names ??= new Set(
      [...this.#members.values()].flatMap(({ NickName, DisplayName }) => [
        withoutVariation(NickName),
        withoutVariation(DisplayName),
      ]),
    )
    return this.#names
  }

  /** @internal Called when the names of a member have changed. */
  [FORGET_NAMES](): void {
    this.#names = undefined
  }

  /** @internal Replaces all members. */
  [REPLACE_MEMBERS](members: readonly MemberFields[]): MembersChange {
    const previous = this.#members
    const next = new Map<string, ChatroomMember | MemberFields>()
    let isChanged = false
    for (const fields of members) {
      const known = previous.get(fields.UserName)
      // Use the known string, so that equal strings are stored only once.
      const userName = known?.UserName ?? fields.UserName
      if (known instanceof ChatroomMember) {
        if (describeMember(known, fields).length > 0) isChanged = true
        next.set(userName, known)
      } else {
        if (!known || differs(known, fields)) isChanged = true
        next.set(userName, known ? { ...known, ...fields, UserName: userName } : fields)
      }
    }
    const left = [...previous].flatMap(([name, member]) => (next.has(name) ? [] : this.#created(name, member)))
    // If the members were unknown before, they do not count as having just joined.
    const joinedNames = previous.size === 0 ? [] : [...next.keys()].filter((name) => !previous.has(name))
    this.#members = next
    const joined = joinedNames.flatMap((name) => this.member(name) ?? [])
    this.#list = undefined
    this.#names = undefined
    return { joined, left, isChanged: isChanged || left.length > 0 }
  }
}

const MEMBER_KEYS = {
  name: ['RemarkName', 'NickName', 'Alias', 'DisplayName'],
  remarkName: ['RemarkName'],
  nickName: ['NickName'],
  wechatAccount: ['Alias'],
} as const satisfies Record<keyof FriendQuery, readonly (keyof MemberFields)[]>

function isMemberKey(key: string): key is keyof FriendQuery {
  return key in MEMBER_KEYS
}

/** A member of a group. */
export class ChatroomMember extends caseAliased<Readonly<MemberFields>>() {
  readonly #chatroom: Chatroom
  readonly #actions: ContactActions

  static {
    refuseUnsupported(ChatroomMember.prototype, 'chatroomMember')
  }

  /** @internal */
  constructor(chatroom: Chatroom, actions: ContactActions) {
    super()
    this.#chatroom = chatroom
    this.#actions = actions
  }

  get chatroom(): Chatroom {
    return this.#chatroom
  }

  /** Fetches the full-size avatar. Resolves to its bytes; with a path, writes it to a file. */
  getHeadImage(imageDir?: undefined, options?: OperationOptions): Promise<Uint8Array>
  getHeadImage(imageDir: string, options?: OperationOptions): Promise<HeadImageFile>
  getHeadImage(imageDir?: string, options?: OperationOptions): Promise<Uint8Array | HeadImageFile> {
    const target = { userName: this, chatroomUserName: this.#chatroom }
    const { operations } = this.#actions
    return imageDir === undefined
      ? operations.headImage(target, options)
      : operations.headImageFile(target, imageDir, options)
  }

  /** Removes this member from the group. Only the owner can do this. */
  deleteMember(options?: OperationOptions): Promise<OperationResult> {
    return this.#actions.operations.deleteMembers(this.#chatroom, this, options)
  }

  /** All fields, for `JSON.stringify`; the session key in `HeadImgUrl` is masked. */
  toJSON(): object {
    return redactedFields(this)
  }

  /** @internal */
  [INSPECT](depth: number, options: InspectOptionsStylized, show: typeof inspect): string {
    return inspectContact(this, depth, options, show)
  }
}

const RESERVED = memberNames(ChatroomMember)

function differs(known: MemberFields, fields: MemberFields): boolean {
  return (Object.keys(fields) as (keyof MemberFields)[]).some((key) => !isSame(known[key], fields[key]))
}

/** Applies server data to a member. Fields that were not sent keep their values. */
export function describeMember(member: ChatroomMember, fields: object): FieldChange[] {
  const changes = describe(member, fields, RESERVED)
  if (changes.length > 0) member.chatroom[FORGET_NAMES]()
  return changes
}

/** Variation selectors change the look of an emoji, not the name that contains it. */
export function withoutVariation(text: string): string {
  return text.replaceAll('\ufe0f', '')
}

/** Whether a member has this nickname or display name, apart from variation selectors. */
export function hasMemberName(room: Chatroom, name: string): boolean {
  return room[MEMBER_NAMES].has(name)
}

/** Whether the members of a group are known. */
export function hasMembers(room: Chatroom): boolean {
  return room[HAS_MEMBERS]
}

/** Replaces all members of a group. */
export function replaceMembers(room: Chatroom, members: readonly MemberFields[]): MembersChange {
  return room[REPLACE_MEMBERS](members)
}
