import type { Contact } from '../contact/contact.js'
import type { ContactFields, ContactTraits, MemberFields, SentFields } from '../contact/fields.js'
import type { Dict } from '../util/read.js'

export type ContactKind = Contact['kind']

/** A contact as the server described it, read. */
export interface ContactEntry {
  userName: string
  /** Absent when this reply does not say; then a known contact keeps its kind, and a new one is a user. */
  kind?: ContactKind
  /** Traits that this reply contains; the rest stays. */
  traits: Partial<ContactTraits>
  /** Fields that were sent, decoded; the rest is not known to have changed. */
  fields: SentFields
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
  /** How programs see it, once it is known of a contact. */
  fields: SentFields
}

/** The address book. */
export interface AddressBook {
  /** `undefined` for entries that could not be read. */
  entries: readonly (ContactEntry | undefined)[]
  /** False: the server announced more entries than it sent. */
  isComplete: boolean
  /** Name of the request it came from, for errors. */
  endpoint: string
}

export interface DetailsOptions {
  signal?: AbortSignal | undefined
  onProgress?: ((progress: { done: number; total: number }) => unknown) | undefined
  /** Tries for each request in all. Default 3. */
  tries?: number
  /** Default 30 s. */
  timeoutMs?: number
  /** Called for the first request that fails, after which no further one is made; missing details are `undefined` then. Default: the failure is thrown. */
  onFailure?: ((error: unknown) => void) | undefined
}

/** What a failed request for details means for the next one. */
export interface DetailsFailure {
  /** `refused`: the server does not want to answer now; `failed`: no usable reply. */
  pause: 'refused' | 'failed'
  /** A name in the request may be the cause: fewer names at once show which. */
  isAboutNames: boolean
}

/** The server agreed to a change. */
export interface Change {
  reply: Dict
  /** What is so from now on. Absent: it shows in what the server sends later. */
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

/** A contact by its name and what is known of it. */
export interface KnownContact {
  userName: string
  fields: Readonly<ContactFields>
}

/** Whose picture: a person, a member of a group, or a group. */
export type AvatarOwner = { userName: string; group?: KnownContact } | { chatroom: string }

/** The part of a transport that has an address book. */
export interface ContactsPart {
  fetchAll(signal?: AbortSignal): Promise<AddressBook>
  /** Details of contacts or groups, in the order of the names; `undefined` for a name that the replies do not mention. */
  fetchDetails(userNames: readonly string[], options?: DetailsOptions): Promise<(ContactEntry | undefined)[]>
  failureOf(error: unknown): DetailsFailure
  setRemark(userName: string, remark: string, signal?: AbortSignal): Promise<Change>
  setPinned(chat: KnownContact, isPinned: boolean, signal?: AbortSignal): Promise<Change>
  requestFriendship(request: FriendshipRequest, signal?: AbortSignal): Promise<Dict>
  /**
   * Writes a picture piece by piece.
   *
   * @throws ProtocolError when the server has none, or sent something else
   */
  receiveAvatar(
    owner: AvatarOwner,
    write: (chunk: Uint8Array) => Promise<void> | void,
    signal?: AbortSignal,
  ): Promise<{ sizeBytes: number; md5: string }>
}

/** The part of a transport that has groups. */
export interface GroupsPart {
  /**
   * These groups with their members, in the order of the names; a group that the server no longer knows is a stub.
   *
   * @throws ProtocolError when a group is missing from the reply, or its members are: what is known would pass for new
   */
  fetch(userNames: readonly string[], options?: DetailsOptions): Promise<ContactEntry[]>
  /** Details of every member of these groups; members the server does not know are left out. */
  fetchMembers(
    groups: readonly ContactEntry[],
    options?: DetailsOptions,
  ): Promise<{ room: string; entry: ContactEntry }[]>
  /** The entry names the new group. */
  create(userNames: readonly string[], topic: string, signal?: AbortSignal): Promise<Change & { entry: ContactEntry }>
  rename(userName: string, name: string, signal?: AbortSignal): Promise<Change>
  /** @param sizeAfter members the group would have; some servers take invitations only from a size on */
  addMembers(
    userName: string,
    members: readonly string[],
    options: { invite: boolean; sizeAfter: number; signal?: AbortSignal | undefined },
  ): Promise<Change>
  removeMembers(userName: string, members: readonly string[], signal?: AbortSignal): Promise<Change>
}
