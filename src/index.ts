export type { AddFriendOptions } from './account/contacts/add-friend.js'
export type { MemberNews, Renaming } from './account/contacts/contact-news.js'
export type { CreateChatroomResult } from './account/contacts/contacts.js'
export type { IdentityEvidence } from './account/contacts/identity-match.js'
export type { ItchatEvents, State } from './account/events.js'
export type { LoggingOptions } from './account/logging.js'
export type {
  AutoLoginOptions,
  ItchatOptions,
  LoginOptions,
  QrCallbackInfo,
  QrOptions,
  RunOptions,
} from './account/options.js'
export type { PacingOptions } from './account/outbox/pacing.js'
export type { SetAside } from './account/persistence/documents.js'
export { FileSessionStore, type FileSessionStoreOptions } from './account/persistence/file-session-store.js'
export { MemorySessionStore } from './account/persistence/memory-session-store.js'
export type { SessionStore, StoredDocument, StoreLock } from './account/persistence/session-store.js'
export type { ReloginNews } from './account/session/relogin.js'
export type { SendResult } from './contact/actions.js'
export { Chatroom, ChatroomMember, type Contact, MassivePlatform, User } from './contact/contact.js'
export type {
  AddMemberOptions,
  ContactReference,
  ContactReferences,
  FriendQuery,
  HeadImageFile,
  HeadImageOptions,
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
  ServerError,
  StateError,
  UnsupportedError,
} from './errors.js'
export type { DefaultInstance } from './itchat/default-instance.js'
export type { Handler, RegisterOptions, Reply } from './itchat/handlers/registry.js'
export { Itchat, Itchat as Core } from './itchat/itchat.js'
export type {
  AttachmentMessage,
  CardMessage,
  FriendsMessage,
  MapMessage,
  Message,
  MessageOf,
  MessageType,
  NoteMessage,
  PictureMessage,
  RecordingMessage,
  SharingMessage,
  SystemMessage,
  TextMessage,
  UnknownMessage,
  VideoMessage,
} from './message/message.js'
export * from './message/types.js'
export * as content from './message/types.js'
export type { Feature } from './transport/features.js'
export { type WebOptions, web } from './transports/web/index.js'
export type { Clock } from './util/clock.js'
export type { Logger, LogLevel } from './util/logger.js'
export type { HeldLock, Unlock } from './util/process-lock.js'
export { VERSION } from './util/version.js'

import type { LoggingOptions } from './account/logging.js'
import type { ItchatOptions } from './account/options.js'
import { DefaultInstance } from './itchat/default-instance.js'
import type { Itchat } from './itchat/itchat.js'

/** The instance most programs use; nothing happens before a method is called. */
const itchat = new DefaultInstance()
export default itchat
export { itchat as originInstance }

/** The default instance, then those of `newInstance()` that are not closed. */
export const instanceList: readonly Itchat[] = itchat.instanceList

/** Makes another account. Accounts share one thing: the record of texts that strangers wrote, so that no account can be made to send a file they name. */
export function newInstance(options?: ItchatOptions): Itchat {
  return itchat.newInstance(options)
}

/** Changes what the default instance logs, and where to; what is not given stays. @throws ArgumentError, FileError */
export function setLogging(options: LoggingOptions): void {
  itchat.setLogging(options)
}
