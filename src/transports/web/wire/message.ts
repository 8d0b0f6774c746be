import type { RecommendInfo, ServerFields } from '../../../message/fields.js'

/** One entry of `AddMsgList`; `Content`, `FileName` and `Url` are encoded. @see docs/protocol.md §9.9, §10.1 */
export interface WireMessage extends Omit<ServerFields, 'NewMsgId'> {
  /** 64-bit: a JSON integer on the wire, read as a string because `JSON.parse` would round it. */
  NewMsgId: number | string
}

/** `RecommendInfo` with encoded text fields. */
export type { RecommendInfo as WireRecommendInfo }

/** `MsgType`. @see docs/protocol.md §10 */
export const MSG_TYPE = {
  text: 1,
  image: 3,
  voice: 34,
  friendRequest: 37,
  possibleFriend: 40,
  card: 42,
  video: 43,
  sticker: 47,
  location: 48,
  app: 49,
  voip: 50,
  statusNotify: 51,
  voipNotify: 52,
  voipInvite: 53,
  microVideo: 62,
  systemNotice: 9999,
  system: 10000,
  sysmsg: 10002,
} as const

/** `AppMsgType` of MsgType 49. @see docs/protocol.md §11 */
export const APP_MSG_TYPE = {
  chatRecord: 0,
  text: 1,
  image: 2,
  music: 3,
  video: 4,
  link: 5,
  file: 6,
  open: 7,
  gif: 8,
  voiceReminder: 9,
  scannedProduct: 10,
  product: 13,
  stickerSet: 15,
  coupon: 16,
  liveLocation: 17,
  chatHistory: 19,
  miniProgram: 33,
  miniProgramForwardable: 36,
  channelVideo: 51,
  groupNote: 53,
  quote: 57,
  transfer: 2000,
  redPacket: 2001,
} as const

/** Built-in accounts, whose UserName never changes. @see docs/protocol.md §9.8 */
export const SPECIAL_USERNAMES = [
  'filehelper',
  'fmessage',
  'newsapp',
  'weixin',
  'weixinreminder',
  'medianote',
  'voip',
  'feedsapp',
  'masssendapp',
  'floatbottle',
  'lbsapp',
  'shakeapp',
  'qqmail',
  'qmessage',
  'tmessage',
  'qqsync',
  'qqfriend',
  'weibo',
  'readerapp',
  'blogapp',
  'blogappweixin',
  'facebookapp',
  'meishiapp',
  'brandsessionholder',
  'officialaccounts',
  'notification_messages',
  'wxitil',
  'userexperience_alarm',
  'wxid_novlwrv3lqwv11',
  'gh_22b87fa7cb3c',
] as const
