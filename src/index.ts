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
export type { AddFriendOptions } from './itchat/add-friend.js'
export type { MemberNews, Renaming } from './itchat/contact-news.js'
export type { CreateChatroomResult } from './itchat/contacts.js'
export type { ItchatEvents, State } from './itchat/events.js'
export type { IdentityEvidence } from './itchat/identity-match.js'
export { Itchat } from './itchat/itchat.js'
export type {
  AutoLoginOptions,
  ItchatOptions,
  LoginOptions,
  QrCallbackInfo,
  QrOptions,
  RunOptions,
} from './itchat/options.js'
export type { Handler, RegisterOptions, Reply } from './itchat/registry.js'
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
export type { Clock } from './util/clock.js'
export type { Logger } from './util/logger.js'

import { Itchat } from './itchat/itchat.js'

/** The instance most programs use; nothing happens before a method is called. */
const itchat = new Itchat()
export default itchat
