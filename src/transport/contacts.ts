import type { Contact } from '../contact/contact.js'
import type { ContactFields, ContactTraits, MemberFields, SentFields } from '../contact/fields.js'
import type { Dict } from '../util/read.js'

/** The kind of a contact: `user`, `chatroom` or `massivePlatform`. */
export type ContactKind = Contact['kind']

/** A contact parsed from a server reply. */
export interface ContactEntry {
  userName: string
  /** Absent when this reply does not contain it: a known contact keeps its kind, and a new contact is a user. */
  kind?: ContactKind
  /** Traits contained in this reply; all other traits stay unchanged. */
  traits: Partial<ContactTraits>
  /** Fields contained in this reply, decoded; all other fields stay unchanged. */
  fields: SentFields
  /**
   * The members of a group; absent when this reply does not contain them. The account keeps these objects: do not change them
   * afterwards.
   */
  members?: MemberFields[]
  /** Whether `members` contains only some of the members. */
  isPartial?: boolean
  /**
   * Whether the member list is empty. In the reply to a request for this group, an empty list means that the account is
   * no longer a member; elsewhere it has no meaning.
   */
  isEmptied?: boolean
  /** Whether the UserName is unknown to the server. */
  isStub: boolean
}

/** The permanent id of a contact, with its UserName in this session. */
export interface RevealedId {
  userName: string
  permanentId: string
  /** The contact fields that expose it to programs. */
  fields: SentFields
}

/** The address book. */
export interface AddressBook {
  /** The entries; `undefined` for each unreadable one. */
  entries: readonly (ContactEntry | undefined)[]
  /** False when the server announced more entries than it sent. */
  isComplete: boolean
  /** Endpoint of the request, for errors. */
  endpoint: string
}

/** Options of fetching the details of contacts. */
export interface DetailsOptions {
  signal?: AbortSignal | undefined
  onProgress?: ((progress: { done: number; total: number }) => unknown) | undefined
  /** Total number of attempts per request. Default 3. */
  tries?: number
  /** Default 30 s. */
  timeoutMs?: number
  /**
   * Called for the first failed request. After it, no further requests are made, and missing details are `undefined`.
   * Default: the error is thrown.
   */
  onFailure?: ((error: unknown) => void) | undefined
}

/** How to continue after a failed request for details. */
export interface DetailsFailure {
  /** `refused`: the server refuses to answer for now; `failed`: no usable reply. */
  pause: 'refused' | 'failed'
  /** Whether a name in the request may be the cause; requesting fewer names at a time isolates that name. */
  isAboutNames: boolean
}

/** A change that the server accepted. */
export interface Change {
  reply: Dict
  /** The contact after the change; absent if the server sends it later. */
  entry?: ContactEntry
}

/** A request to follow an official account, to become friends, or to accept a request. */
export interface FriendshipRequest {
  action: 'follow' | 'ask' | 'accept'
  userName: string
  greeting: string
  /** Ticket of the request to accept; otherwise `''`. */
  ticket: string
}

/** The UserName and the known fields of a contact. */
export interface KnownContact {
  userName: string
  fields: Readonly<ContactFields>
}

/** Owner of an avatar: a user, a group member, or a group. */
export type AvatarOwner = { userName: string; group?: KnownContact } | { chatroom: string }

/** The address book operations of a transport. */
export interface ContactsPart {
  fetchAll(signal?: AbortSignal): Promise<AddressBook>
  /** Details of contacts or groups, in the order of the names; `undefined` for a name missing from the replies. */
  fetchDetails(userNames: readonly string[], options?: DetailsOptions): Promise<(ContactEntry | undefined)[]>
  failureOf(error: unknown): DetailsFailure
  setRemark(userName: string, remark: string, signal?: AbortSignal): Promise<Change>
  setPinned(chat: KnownContact, isPinned: boolean, signal?: AbortSignal): Promise<Change>
  requestFriendship(request: FriendshipRequest, signal?: AbortSignal): Promise<Dict>
  /**
   * Writes an avatar in chunks.
   *
   * @throws ProtocolError when the server has no avatar or sends something that is not an avatar
   */
  receiveAvatar(
    owner: AvatarOwner,
    write: (chunk: Uint8Array) => Promise<void> | void,
    signal?: AbortSignal,
  ): Promise<{ sizeBytes: number; md5: string }>
}

/** The group operations of a transport. */
export interface GroupsPart {
  /**
   * Fetches groups with their members, in the order of the names; a group unknown to the server is a stub.
   *
   * @throws ProtocolError when a group or its members are missing from the reply, since old data would otherwise appear
   * to be new
   */
  fetch(userNames: readonly string[], options?: DetailsOptions): Promise<ContactEntry[]>
  /** Details of every member of these groups, except members unknown to the server. */
  fetchMembers(
    groups: readonly ContactEntry[],
    options?: DetailsOptions,
  ): Promise<{ room: string; entry: ContactEntry }[]>
  /** Creates a group. The entry contains the UserName of the new group. */
  create(userNames: readonly string[], topic: string, signal?: AbortSignal): Promise<Change & { entry: ContactEntry }>
  rename(userName: string, name: string, signal?: AbortSignal): Promise<Change>
  /** @param sizeAfter resulting number of members; above a certain size, servers may accept only invitations */
  addMembers(
    userName: string,
    members: readonly string[],
    options: { invite: boolean; sizeAfter: number; signal?: AbortSignal | undefined },
  ): Promise<Change>
  removeMembers(userName: string, members: readonly string[], signal?: AbortSignal): Promise<Change>
}
