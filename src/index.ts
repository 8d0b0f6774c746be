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
export type { AddFriendOptions } from './itchat/contacts/add-friend.js'
export type { MemberNews, Renaming } from './itchat/contacts/contact-news.js'
export type { CreateChatroomResult } from './itchat/contacts/contacts.js'
export type { IdentityEvidence } from './itchat/contacts/identity-match.js'
export type { DefaultInstance } from './itchat/default-instance.js'
export type { ItchatEvents, State } from './itchat/events.js'
export { Itchat, Itchat as Core } from './itchat/itchat.js'
export type { SetAside } from './itchat/keep/documents.js'
export { FileSessionStore, type FileSessionStoreOptions } from './itchat/keep/file-session-store.js'
export { MemorySessionStore } from './itchat/keep/memory-session-store.js'
export type { SessionStore, StoredDocument, StoreLock } from './itchat/keep/session-store.js'
export type { LoggingOptions } from './itchat/logging.js'
export type { ReloginNews } from './itchat/login/relogin.js'
export type {
  AutoLoginOptions,
  ItchatOptions,
  LoginOptions,
  QrCallbackInfo,
  QrOptions,
  RunOptions,
} from './itchat/options.js'
export type { Handler, RegisterOptions, Reply } from './itchat/receive/registry.js'
export type { PacingOptions } from './itchat/send/pacing.js'
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
export type { Clock } from './util/clock.js'
export type { Logger, LogLevel } from './util/logger.js'
export type { HeldLock, Unlock } from './util/process-lock.js'
export { VERSION } from './util/version.js'

import { DefaultInstance } from './itchat/default-instance.js'
import type { Itchat } from './itchat/itchat.js'
import type { LoggingOptions } from './itchat/logging.js'
import type { ItchatOptions } from './itchat/options.js'

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
