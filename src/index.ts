/**
 * The library: accounts, messages, contacts and errors.
 *
 * @module itchat
 */

export type { AddFriendOptions } from './account/contacts/add-friend.js'
export type {
  MemberChanges,
  /** @deprecated Alias of `MemberChanges`, to be removed in 1.0 */
  MemberChanges as MemberNews,
  Renaming,
} from './account/contacts/contact-changes.js'
export type { CreateChatroomResult } from './account/contacts/contacts.js'
export type { IdentityEvidence, Traits as IdentityTraits } from './account/contacts/identity-match.js'
export type { ItchatEvents, State } from './account/events.js'
export type { LoggingOptions } from './account/logging.js'
export type {
  AutoLoginOptions,
  ItchatOptions,
  LoginOptions,
  QrCallbackInfo,
  QrOptions,
  RunOptions,
  UpdateOptions,
  UploadFileOptions,
} from './account/options.js'
export type { PaceState, PacingOptions } from './account/outbox/pacing.js'
export type { SendableFile } from './account/outbox/sendable-file.js'
export type { UploadResult } from './account/outbox/sender.js'
export type { SendOutcome, SentContent, SentMessage } from './account/outbox/sent-message.js'
export type {
  Quarantined,
  /** @deprecated Alias of `Quarantined`, to be removed in 1.0 */
  Quarantined as SetAside,
} from './account/persistence/documents.js'
export { FileSessionStore, type FileSessionStoreOptions } from './account/persistence/file-session-store.js'
export type { Journal, OpenJournalOptions } from './account/persistence/journal.js'
export type {
  FormerNames,
  Incoming as JournalInput,
  JournalOwner,
  Received as JournalMessage,
} from './account/persistence/journal-record.js'
export { MemorySessionStore } from './account/persistence/memory-session-store.js'
export type { SessionStore, StoredDocument, StoreLock, WriteOptions } from './account/persistence/session-store.js'
export type {
  ReloginAttempt,
  /** @deprecated Alias of `ReloginAttempt`, to be removed in 1.0 */
  ReloginAttempt as ReloginNews,
} from './account/session/relogin.js'
export type { FileSource, MediaReference, SendFileOptions, SendOptions, SendResult } from './contact/actions.js'
export { Chatroom, ChatroomMember, type Contact, MassivePlatform, User } from './contact/contact.js'
export type { ContactFields, MemberFields } from './contact/fields.js'
export type {
  AddMemberOptions,
  ContactReference,
  ContactReferences,
  FetchOptions,
  FriendQuery,
  HeadImageFile,
  HeadImageOptions,
  HeadImageTarget,
  Identity,
  MembersResult,
  OperationOptions,
  OperationResult,
  UpdateChatroomOptions,
} from './contact/operations.js'
export {
  ArgumentError,
  DirectiveError,
  FileError,
  InterruptedError,
  ItchatError,
  LoggedOutError,
  LoginError,
  type LoginFailure,
  type LogoutReason,
  NetworkError,
  ProtocolError,
  type RefusalReason,
  RefusedError,
  ServerError,
  StateError,
  UnsupportedError,
} from './errors.js'
export { type WebOptions, web } from './itchat/compose.js'
export type { DefaultInstance } from './itchat/default-instance.js'
export type { Middleware } from './itchat/handlers/middleware.js'
export type { Handler, RegisterOptions, Reply } from './itchat/handlers/registry.js'
export { Itchat, Itchat as Core } from './itchat/itchat.js'
export type {
  AddFriendArguments,
  MessageFields,
  MessageType,
  RawMessage,
  RecommendInfo,
  SystemInfo,
} from './message/fields.js'
export type { Download, DownloadOptions, DownloadResult } from './message/media.js'
export type {
  AttachmentMessage,
  CardMessage,
  FriendsMessage,
  MapMessage,
  Message,
  MessageOf,
  NoteMessage,
  PictureMessage,
  RecordingMessage,
  ReplyOptions,
  SharingMessage,
  SystemMessage,
  TextMessage,
  UnknownMessage,
  VideoMessage,
} from './message/message.js'
export type {
  Card,
  FriendRequest,
  Location,
  Note,
  NoteKind,
  Quote,
  Quoted,
  Sharing,
  SharingKind,
} from './message/payload.js'
export type { TakenMessage } from './message/taken.js'
export * from './message/types.js'
/** The types of messages: `content.TEXT` is the same as `TEXT`. */
export * as content from './message/types.js'
export type { SendAs } from './transport/content.js'
export type { Feature } from './transport/features.js'
export type { TransportFactory } from './transport/transport.js'
export type { Clock } from './util/clock.js'
export type { Logger, LogLevel } from './util/logger.js'
export type { HeldLock, Unlock } from './util/process-lock.js'
export type { Seal } from './util/seal.js'
export { VERSION } from './util/version.js'

import type { LoggingOptions } from './account/logging.js'
import type { ItchatOptions } from './account/options.js'
import { DefaultInstance } from './itchat/default-instance.js'
import type { Itchat } from './itchat/itchat.js'

/** The instance that most programs use. It does nothing until a method is called. */
const itchat = new DefaultInstance()
export default itchat
export { itchat as originInstance }

/** A live list: the default instance, followed by the open instances created by `newInstance()`. */
export const instanceList: readonly Itchat[] = itchat.instanceList

/**
 * Creates an instance for another account. Instances are independent, with one exception: directives in messages that
 * one instance has received are refused by all instances.
 */
export function newInstance(options?: ItchatOptions): Itchat {
  return itchat.newInstance(options)
}

/** Changes what the default instance logs, and where. Omitted options stay unchanged. @throws ArgumentError, FileError */
export function setLogging(options: LoggingOptions): void {
  itchat.setLogging(options)
}
