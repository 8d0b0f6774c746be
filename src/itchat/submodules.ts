import { DEFAULT_STATE_FILE } from '../account/persistence/file-session-store.js'
import { DEFAULT_PICTURE } from '../account/session/qr-display.js'
import { Chatroom, ChatroomMember, MassivePlatform, User } from '../contact/contact.js'
import * as errors from '../errors.js'
import { VERSION } from '../util/version.js'
import { WEB_DEFAULTS } from './compose.js'
import type { Itchat } from './itchat.js'

/** Default settings, read-only. To change them, pass options to an instance. */
export const config = Object.freeze({
  VERSION,
  BASE_URL: WEB_DEFAULTS.baseUrl,
  DEFAULT_QR: DEFAULT_PICTURE,
  DEFAULT_STATUS_STORAGE: DEFAULT_STATE_FILE,
  USER_AGENT: WEB_DEFAULTS.userAgent,
})

/** Helpers used in the tutorials. */
export const utils = {
  /** The first object whose `key` equals `value`, or `undefined`. */
  searchDictList<T extends object>(list: Iterable<T>, key: keyof T, value: unknown): T | undefined {
    for (const entry of list) if (entry[key] === value) return entry
    return undefined
  },
}

/** The contact classes. */
export const storage = Object.freeze({ User, MassivePlatform, Chatroom, ChatroomMember })

/** The error classes. A call that succeeds returns `ok: true` with the server's fields. */
export const returnvalues: Readonly<typeof errors> = Object.freeze({ ...errors })

/** The members of an account, by purpose. */
export const components = Object.freeze({
  login: [
    'login',
    'getQRuuid',
    'getQR',
    'checkLogin',
    'submitVerifyCode',
    'webInit',
    'showMobileLogin',
    'startReceiving',
    'getMsg',
    'logout',
    'close',
  ],
  contact: [
    'getFriends',
    'getChatrooms',
    'getMps',
    'getContact',
    'searchFriends',
    'searchChatrooms',
    'searchMps',
    'searchContacts',
    'match',
    'updateFriend',
    'updateChatroom',
    'setAlias',
    'setPinned',
    'addFriend',
    'getHeadImg',
    'createChatroom',
    'setChatroomName',
    'addMemberIntoChatroom',
    'deleteMemberFromChatroom',
    'memberList',
    'chatroomList',
    'mpList',
  ],
  messages: [
    'send',
    'sendMsg',
    'sendRawMsg',
    'sendFile',
    'sendImage',
    'sendImg',
    'sendVideo',
    'sendCard',
    'uploadFile',
    'file',
    'revoke',
    'markRead',
  ],
  hotreload: ['dumpLoginStatus', 'loadLoginStatus'],
  register: ['autoLogin', 'msgRegister', 'msgUnregister', 'use', 'configuredReply', 'run'],
  log: ['setLogging', 'state', 'supports', 'pacingState', 'on', 'off'],
} as const satisfies Record<string, readonly (keyof Itchat)[]>)
