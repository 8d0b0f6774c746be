export type { WireRecommendInfo as RecommendInfo } from '../transports/web/wire/message.js'
export type { Account, SessionInfo } from './account.js'
export type { AccountOptions } from './accounts.js'
export type { Chat, Said, Sendable } from './actors/chat.js'
export type { Clawbot, ClawbotSendable } from './actors/clawbot.js'
export type { Friend } from './actors/friend.js'
export type { GroupChat, GroupMember, Mention } from './actors/group-chat.js'
export type { Owner } from './actors/owner.js'
export type { Phone } from './actors/phone.js'
export type { Clock } from './clock.js'
export type {
  AccountView,
  ChatView,
  ClawbotBindingView,
  ClawbotLimitsView,
  ClawbotLoginState,
  ClawbotLoginView,
  ClawbotView,
  ContentView,
  DroppedView,
  DropReason,
  EventMap,
  EventView,
  FaultView,
  LoginState,
  LoginView,
  MediaView,
  MemberView,
  MessageView,
  PersonView,
  RecordingView,
  RefusedView,
  RequestView,
  SendRefusal,
  StateView,
  UploadView,
  WarningView,
} from './control/view.js'
export { PortInUseError, SandboxError } from './errors.js'
export type { Fault } from './faults/fault.js'
export type { FaultKind, FaultMatch, FaultSpec } from './faults/fault-table.js'
export type { Faults } from './faults/faults.js'
export type { IlinkOptions } from './ilink/options.js'
export type { WaitOptions } from './next-message.js'
export { type NoMessageDetails, NoMessageError } from './no-message-error.js'
export { DEFAULT_PORT, type LoginRefusal, type SandboxOptions } from './options.js'
export type { RawMessage } from './raw-message.js'
export type { MediaBytes } from './samples/complete.js'
export { type Sandbox, startSandbox } from './sandbox.js'
export type { SentMessage } from './sent-messages.js'
export type { PollKind } from './traffic.js'
export type { DiffRow } from './transcript/compare.js'
export { formatDifferences, type ReportLine, type TranscriptDifference } from './transcript/format.js'
export { readTranscript, type Transcript } from './transcript/read.js'
export type { TranscriptRecording } from './transcript/recording.js'
export type { ReplayOptions, ReplayResult } from './transcript/replay.js'
export { TranscriptError } from './transcript/transcript-error.js'
export type { Article, ContentMap, HistoryItem, MediaKind, MessageKind } from './world/content.js'
export { DEFAULT_WORLD } from './world/default-world.js'
export { ENGLISH_WORLD } from './world/english-world.js'
export type { Medium } from './world/medium.js'
export type { GroupSpec, HistorySpec, MemberSpec, OfficialSpec, PersonSpec, WorldSpec } from './world/spec.js'
