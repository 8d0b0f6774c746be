import type { ContactFields, MemberFields } from '../contact/fields.js'
import type { Dict } from '../util/read.js'

export type ContactKind = 'user' | 'massivePlatform' | 'chatroom'

/** What an account needs to know of a contact beyond the fields that programs see. */
export interface ContactTraits {
  /** In the address book; of groups: saved to it. */
  isListed: boolean
  /** One of the accounts that every phone has, such as `filehelper`. */
  isBuiltIn: boolean
  /** Does not change between logins; absent until the server reveals it. */
  permanentId?: string
}

/** A contact as the server described it, read. */
export interface ContactEntry {
  userName: string
  /** Absent when this reply does not say; then a known contact keeps its kind, and a new one is a user. */
  kind?: ContactKind
  /** Traits this reply tells; the rest is as it was. */
  traits: Partial<ContactTraits>
  /** Fields that were sent, decoded; the rest is not known to have changed. */
  fields: Partial<ContactFields>
  /** The membership of a group; absent when this reply does not contain it. */
  members?: MemberFields[]
  /** `members` is a part of the membership. */
  isPartial?: boolean
  /** No members: as the answer to a request for this group, this account is no longer in it. Elsewhere it means nothing. */
  isEmptied?: boolean
  /** The server does not know this name. */
  isStub: boolean
}

/** A permanent id behind a UserName of this session. */
export interface RevealedId {
  userName: string
  permanentId: string
}

/** The address book. */
export interface AddressBook {
  /** `undefined` for entries that could not be read. */
  entries: (ContactEntry | undefined)[]
  /** False: the server announced more entries than it sent. */
  isComplete: boolean
}

export interface DetailsOptions {
  signal?: AbortSignal | undefined
  onProgress?: ((progress: { done: number; total: number }) => unknown) | undefined
  /** Tries for each request in all. Default 3. */
  tries?: number
  /** Default 30 s. */
  timeoutMs?: number
  /** Called for the first request that fails; missing details are `undefined` then. Default: the failure is thrown. */
  onFailure?: ((error: unknown) => void) | undefined
}

/** What a failed request for details means for the next one. */
export interface DetailsFailure {
  /** `refused`: the server does not want to answer now; `failed`: no usable reply. */
  pause: 'refused' | 'failed'
  /** A name in the request may be the cause. */
  isAboutNames: boolean
}

/** The server agreed to a change. */
export interface Change {
  reply: Dict
  /** What is so from now on. */
  entry?: ContactEntry
}

/** A request to follow an official account, to become friends, or to accept a request. */
export interface FriendshipRequest {
  action: 'follow' | 'ask' | 'accept'
  userName: string
  greeting: string
  /** Of the request to accept; else `''`. */
  ticket: string
}

/** Whose picture: a person, a group, or a member of a group. */
export type AvatarOwner =
  | { userName: string; group?: { userName: string; fields: Partial<ContactFields> } }
  | { chatroom: string }

/** The part of a transport that has an address book. */
export interface ContactsPart {
  fetchAll(signal?: AbortSignal): Promise<AddressBook>
  /** Details of contacts or groups, in the order of the names; `undefined` for a name that the replies do not mention. */
  fetchDetails(userNames: readonly string[], options?: DetailsOptions): Promise<(ContactEntry | undefined)[]>
  /** Details of every member of these groups. */
  fetchMembers(
    groups: readonly ContactEntry[],
    options?: DetailsOptions,
  ): Promise<{ room: string; entry: ContactEntry }[]>
  failureOf(error: unknown): DetailsFailure
  setRemark(userName: string, remark: string, signal?: AbortSignal): Promise<Change>
  setPinned(
    chat: { userName: string; fields: Partial<ContactFields> },
    isPinned: boolean,
    signal?: AbortSignal,
  ): Promise<Change>
  requestFriendship(request: FriendshipRequest, signal?: AbortSignal): Promise<Dict>
  /** Writes a picture piece by piece. */
  receiveAvatar(
    owner: AvatarOwner,
    write: (chunk: Uint8Array) => Promise<void> | void,
    signal?: AbortSignal,
  ): Promise<{ sizeBytes: number; md5: string }>
}

/** The part of a transport that has groups. */
export interface GroupsPart {
  create(userNames: readonly string[], topic: string, self: string, signal?: AbortSignal): Promise<Change>
  rename(userName: string, name: string, signal?: AbortSignal): Promise<Change>
  /** @param sizeAfter members the group would have; some servers take invitations only from a size on */
  addMembers(
    userName: string,
    members: readonly string[],
    options: { invite: boolean; sizeAfter: number; signal?: AbortSignal | undefined },
  ): Promise<Change>
  removeMembers(userName: string, members: readonly string[], signal?: AbortSignal): Promise<Change>
}
