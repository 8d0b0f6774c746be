import { ACCOUNT_STRINGS } from './account-strings.js'
import { CHAT_STRINGS } from './chat-strings.js'
import { CLAWBOT_STRINGS } from './clawbot-strings.js'
import { DETAILS_STRINGS } from './details-strings.js'
import { FAULT_STRINGS } from './fault-strings.js'
import { INSPECTOR_STRINGS } from './inspector-strings.js'
import { KIND_STRINGS } from './kind-strings.js'
import { PEOPLE_STRINGS } from './people-strings.js'
import { RECORDING_STRINGS } from './recording-strings.js'

export const LANGS = ['zh', 'en'] as const
export type Lang = (typeof LANGS)[number]

type Entry = string | ((...args: never[]) => string)

/** Every string on the page, in Chinese and English. */
const TABLE = {
  ...ACCOUNT_STRINGS,
  ...CHAT_STRINGS,
  ...CLAWBOT_STRINGS,
  ...DETAILS_STRINGS,
  ...FAULT_STRINGS,
  ...INSPECTOR_STRINGS,
  ...KIND_STRINGS,
  ...PEOPLE_STRINGS,
  ...RECORDING_STRINGS,
  sandbox: ['沙盒', 'sandbox'],
  title: ['itchat 沙盒', 'itchat sandbox'],
  switchLang: ['Switch to English', '切换到中文'],
  dark: ['切换到深色主题', 'Dark theme'],
  light: ['切换到浅色主题', 'Light theme'],
  help: ['快捷键', 'Keyboard shortcuts'],
  close: ['关闭', 'Close'],
  back: ['返回', 'Back'],
  skip: ['跳到聊天内容', 'Skip to the conversation'],
  comma: ['，', ', '],
  /** Between two sentences. */
  gap: ['', ' '],

  railName: ['账号与页面', 'Account and pages'],
  listName: ['聊天列表', 'Chats'],
  peopleName: ['联系人列表', 'People'],
  chats: ['聊天', 'Chats'],
  people: ['联系人', 'People'],
  search: ['搜索人、群、消息', 'Search'],
  clear: ['清除', 'Clear'],
  all: ['全部', 'All'],
  friends: ['好友', 'Friends'],
  groups: ['群聊', 'Groups'],
  officials: ['公众号', 'Official'],
  filter: ['筛选', 'Filter'],
  messages: ['消息', 'Messages'],
  nothingFound: ['没有结果。试试昵称、备注或拼音。', 'No results. Try a name, a remark or pinyin.'],
  noChats: ['这里还没有聊天。', 'No chats here yet.'],
  clearSearch: ['清除搜索', 'Clear search'],
  showAll: ['查看全部', 'Show all'],
  draft: ['[草稿]', '[Draft]'],
  mentioned: ['[有人@我]', '[@ you]'],
  unread: [(n: number) => `${n} 条未读`, (n: number) => `${n} unread`],
  someoneMentions: ['有人@我', 'mentions you'],
  you: ['你', 'You'],
  muted: ['免打扰', 'muted'],
  pinned: ['置顶', 'pinned'],

  bot: ['机器人', 'Bot'],
  phone: ['手机', 'Phone'],
  replyTime: [(time: string) => `机器人 · ${time}`, (time: string) => `Bot · ${time}`],
  memberCount: [(n: number) => `${n} 人`, (n: number) => (n === 1 ? '1 member' : `${n} members`)],
  botIsCalled: [
    (name: string) => `机器人的群昵称是“${name}”`,
    (name: string) => `the bot’s group nickname is “${name}”`,
  ],
  official: ['公众号', 'Official account'],
  onlyOwner: ['仅账号本人可见', 'Visible only to this account'],
  wechatId: [(id: string) => `微信号 ${id}`, (id: string) => `WeChat ID ${id}`],
  nameIs: [(name: string) => `昵称 ${name}`, (name: string) => `name ${name}`],
  notContact: ['不是机器人的好友', 'Not a friend of the bot'],
  roomNameIs: [(name: string) => `群昵称：${name}`, (name: string) => `Group nickname: ${name}`],
  groupOwner: ['群主', 'Group owner'],
  fromPhone: ['账号本人，在手机上发送', 'This account, from its phone'],
  waitingForBot: ['等待机器人上线', 'waiting for the bot'],
  latest: ['回到最新', 'Latest'],
  recalledBy: [(name: string) => `“${name}” 撤回了一条消息`, (name: string) => `“${name}” recalled a message`],
  showIt: ['查看原文', 'Show'],
  hideIt: ['收起', 'Hide'],
  newMessages: ['新消息', 'New messages'],
  earlier: ['正在加载更早的消息…', 'Loading earlier messages…'],
  logName: ['消息', 'Messages'],
  noMessages: ['还没有消息，发一条试试。', 'No messages yet. Say something.'],
  moreMessages: [(n: number) => `还有 ${n} 条`, (n: number) => `${n} more`],

  speakAs: ['身份', 'Speak as'],
  speakAsName: [(name: string) => `以${name}的身份发言`, (name: string) => `Speak as ${name}`],
  speakAsMenu: ['选择发言身份', 'Choose the speaker'],
  findPeople: [(n: number) => `搜索 ${n} 人，支持拼音`, (n: number) => `Search ${n} people by name or pinyin`],
  nobodyFound: ['没有找到', 'No one by that name'],
  say: ['说点什么', 'Say something'],
  sayOrDrop: ['说点什么；可粘贴或拖入文件', 'Say something; paste or drop files'],
  sayInGroup: [
    '说点什么，输入 @ 可提及成员；可粘贴或拖入文件',
    'Say something; type @ to mention a member; paste or drop files',
  ],
  sayOrMention: ['说点什么，@ 可提及成员', 'Say something; @ mentions a member'],
  sayOffline: ['沙盒未连接，草稿已保留', 'The sandbox is offline; your draft is saved'],
  send: ['发送', 'Send'],
  mentionList: ['提及成员', 'Mention'],
  notSent: [(why: string) => `发送失败：${why}`, (why: string) => `Not sent: ${why}`],

  emptyTitle: ['选一个人，发条消息', 'Pick someone and say something'],
  emptyText: [
    '机器人会收到它。\n你可以扮演左侧列表里的任何人。',
    'The bot will receive it.\nYou can speak as anyone in the list on the left.',
  ],
  hello: ['你好', 'Hello'],
  sayHello: [(name: string) => `以${name}的身份说“你好”`, (name: string) => `Say “Hello” as ${name}`],

  gone: ['与沙盒的连接已断开。', 'Disconnected from the sandbox.'],
  goneText: [
    '可以查看已有内容，但暂时不能发送消息。如果沙盒已结束，请重新运行（npm start 或 npx itchat sandbox）。',
    'You can read messages but not send any. If the sandbox has stopped, run it again (npm start or npx itchat sandbox).',
  ],
  goneRetry: [
    (n: number, s: number) => `${s} 秒后第 ${n} 次重连…`,
    (n: number, s: number) => `Reconnect attempt ${n} in ${s} s…`,
  ],
  goneTrying: [(n: number) => `正在第 ${n} 次重连…`, (n: number) => `Reconnect attempt ${n}…`],
  reconnect: ['立即重连', 'Reconnect now'],
  noAnswer: ['沙盒没有响应', 'The sandbox is not responding'],
  noAnswerText: [
    '请检查运行沙盒的终端是否还开着。如果沙盒已结束，请重新运行（npm start 或 npx itchat sandbox），本页会自动重连。',
    'Check that the terminal running the sandbox is still open. If the sandbox has stopped, run it again (npm start or npx itchat sandbox); this page reconnects automatically.',
  ],
  loading: ['正在打开沙盒…', 'Opening the sandbox…'],
  out1100: ['手机上退出了登录，机器人已下线（1100）。', 'The bot was logged out on the phone (1100).'],
  out1101: ['账号在别处登录，机器人已下线（1101）。', 'The bot was logged out by a login elsewhere (1101).'],
  out1102: ['机器人的 Cookie 已失效（1102）。', 'The bot’s cookie is no longer valid (1102).'],
  out0: ['机器人主动退出了登录。', 'The bot logged itself out.'],
  outCancelled: ['已在手机上取消登录。', 'The login was cancelled on the phone.'],
  outExpired: ['二维码已过期。', 'The QR code has expired.'],
  outNone: ['还没有程序连接。', 'No program is connected.'],
  startAgain: [
    '程序可能已经结束。重新运行，新的二维码会显示在登录页。',
    'The program may have stopped. Run it again, and its new QR code will appear on the login screen.',
  ],
  startOne: ['运行一个程序，二维码会显示在登录页。', 'Run one, and its QR code will appear on the login screen.'],
  wantsScan: ['机器人请求登录。', 'A bot wants to log in.'],
  wantsScanText: ['它已取得二维码，正在等待手机扫码。', 'It has a QR code and is waiting for the phone.'],
  goScan: ['去扫码', 'Scan its code'],
  wantsConfirm: ['机器人请求登录，等待手机确认。', 'A bot is waiting for the phone to confirm its login.'],
  goConfirm: ['去手机上确认', 'Confirm on the phone'],

  stateNone: ['没有程序连接', 'no program connected'],
  stateWaitingForScan: ['等待扫码', 'waiting for a scan'],
  stateWaitingForConfirm: ['等待确认', 'waiting for confirmation'],
  stateConfirmed: ['已确认', 'confirmed'],
  stateInitialising: ['机器人正在初始化', 'bot is starting'],
  stateOnline: ['机器人在线', 'bot online'],
  stateCancelled: ['已在手机上取消', 'cancelled on the phone'],
  stateExpired: ['二维码已过期', 'QR code expired'],
  stateRefused: ['登录被拒绝（1203）', 'login refused (1203)'],
  stateLoggedOut: ['机器人已退出登录', 'bot logged out'],
  openLogin: ['打开登录页', 'Open the login screen'],
  logout: ['在手机上让机器人退出登录', 'Log the bot out on the phone'],
  logoutAsk: ['让机器人退出登录？它会收到 1100。', 'Log the bot out? It will receive 1100.'],
  logoutYes: ['退出登录', 'Log out'],
  keep: ['取消', 'Stay logged in'],

  loginNone: ['还没有程序连接', 'No program has connected yet'],
  loginNoneText: [
    '让任意机器人连接这个地址，二维码会显示在这里。',
    'Point any bot at this address, and its QR code will appear here.',
  ],
  loginScan: ['机器人请求登录，请扫码', 'A bot wants to log in'],
  loginScanText: [
    '它已取得二维码，正在等待手机扫码。终端里显示的是同一张。',
    'It has a QR code and is waiting for the phone. The terminal shows the same code.',
  ],
  loginConfirm: ['已扫码，等待手机确认', 'Scanned, waiting for the phone'],
  loginConfirmText: [
    '机器人收到了 201 和头像。你可以确认、取消，或什么都不做。',
    'The bot received 201 and the avatar. Confirm, cancel, or do nothing.',
  ],
  loginConfirmed: ['已确认', 'Confirmed'],
  loginConfirmedText: [
    '机器人收到了登录地址，正在获取会话。',
    'The bot received the login URL and is fetching its session.',
  ],
  loginInit: ['正在初始化', 'Initializing'],
  loginInitText: ['机器人已取得会话，正在加载联系人。', 'The bot has a session and is loading its contacts.'],
  loginOnline: ['机器人在线', 'The bot is online'],
  loginOnlineText: ['它正在等待消息。', 'It is waiting for messages.'],
  loginCancelled: ['已在手机上取消', 'Cancelled on the phone'],
  loginCancelledText: [
    '二维码已失效。机器人会重新请求一张；如果它已结束，请重新运行。',
    'This code is no longer valid. The bot will request another; if it has stopped, run it again.',
  ],
  loginExpired: ['二维码已过期', 'The QR code has expired'],
  loginExpiredText: [
    '机器人会重新请求一张；如果它已结束，请重新运行。',
    'The bot will request a new one; if it has stopped, run it again.',
  ],
  loginOut: ['机器人已退出登录', 'The bot is logged out'],
  loginOutText: [
    '程序可能已经结束。重新运行，新的二维码会显示在这里。',
    'The program may have stopped. Run it again, and its new QR code will appear here.',
  ],
  loginRefused: ['登录被拒绝（1203）', 'Login refused (1203)'],
  loginRefusedText: [
    '手机已确认，但服务器拒绝了登录。真实账号也会遇到这种情况。',
    'The phone confirmed the login, but the server refused it. This also happens to real accounts.',
  ],
  loginStale: [
    '这个链接的二维码已被替换，下面是当前的二维码。',
    'The QR code for this link has been replaced; the current one is below.',
  ],
  qrAlt: ['登录二维码，请用旁边的手机扫描', 'Login QR code: scan it with the phone next to it'],
  expiresIn: [(time: string) => `${time} 后过期`, (time: string) => `expires in ${time}`],
  expire: ['立即过期', 'Expire now'],
  stepsName: ['登录进度', 'Login progress'],
  step1: ['等待扫码', 'Waiting'],
  step2: ['已扫码', 'Scanned'],
  step3: ['已确认', 'Confirmed'],
  step4: ['初始化', 'Init'],
  step5: ['同步中', 'Syncing'],
  toChats: ['先看聊天', 'See the chats first'],
  toChatsNow: ['进入聊天', 'Go to the chats'],

  phoneOf: [(name: string) => `${name}的手机`, (name: string) => `${name}’s phone`],
  phoneAim: ['对准左侧的二维码，\n就像用真手机一样', 'Aim at the code on the left,\njust as with a real phone'],
  scan: ['扫一扫', 'Scan'],
  confirm: ['确认登录', 'Confirm'],
  cancel: ['取消', 'Cancel'],
  phoneAsk: ['登录网页版微信？', 'Log in to Web WeChat?'],
  phoneAskText: ['一个程序请求以', 'A program wants to log in as'],
  phoneAskText2: ['的身份登录', ''],
  phoneIdle: ['没有可扫的二维码', 'No code to scan'],
  phoneIdleText: ['等待机器人请求二维码。', 'Wait until a bot requests one.'],
  phoneDone: ['已登录', 'Logged in'],
  phoneDoneText: ['网页版微信已通过这部手机登录。', 'Web WeChat is logged in from this phone.'],
  phoneCancelled: ['已取消', 'Cancelled'],
  phoneExpired: ['二维码已过期', 'Code expired'],
  phoneOut: ['已退出登录', 'Logged out'],
  phoneRefused: ['登录被拒绝', 'Login refused'],
  phoneWait: ['等待机器人请求新的二维码。', 'Wait for the bot to request a new code.'],
  phoneRestart: ['重新运行程序，即可得到新的二维码。', 'Run the program again to get a new code.'],
  phoneSide: ['这一侧模拟手机', 'This side simulates the phone'],
  failed: [(why: string) => `操作失败：${why}`, (why: string) => `Failed: ${why}`],
  noConnection: ['沙盒没有响应', 'the sandbox is not responding'],

  requestsName: ['最近的请求', 'Recent requests'],
  noRequests: ['还没有请求', 'No requests yet'],
  poll: ['长轮询', 'poll'],
  open: ['进行中', 'open'],
  reqNewQr: ['新二维码', 'new QR code'],
  reqWaitScan: ['等待扫码…', 'waiting for a scan…'],
  reqWaitConfirm: ['等待确认…', 'waiting for confirmation…'],
  reqNobody: ['尚未扫码', 'not scanned yet'],
  reqScanned: ['已扫码，附头像', 'scanned, with the avatar'],
  reqConfirmed: ['已确认', 'confirmed'],
  reqExpired: ['已过期', 'expired'],
  reqSession: ['获取会话', 'fetch the session'],
  reqInit: ['初始化', 'initialize'],
  reqContacts: ['获取联系人', 'fetch contacts'],
  reqMembers: ['获取群成员', 'fetch members'],
  reqNotify: ['通知手机', 'notify the phone'],
  reqPoll: ['等待消息…', 'waiting for messages…'],
  reqSync: ['拉取消息', 'fetch messages'],
  reqSend: ['发送消息', 'send a message'],

  keysLetters: ['单字母快捷键（不在输入框中时）', 'Single-letter keys (outside text fields)'],
  keySearch: ['搜索', 'Search'],
  keyChats: ['上一个、下一个聊天', 'Previous or next chat'],
  keySend: ['发送', 'Send'],
  keyLine: ['换行', 'New line'],
  keyRecall: ['撤回自己刚发的消息（输入框为空时）', 'Recall your last message (in an empty text field)'],
  keyMention: ['提及成员', 'Mention a member'],
  keySpeak: ['切换到第 n 个发言身份', 'Speak as the n-th person'],
  keyList: ['在聊天与联系人之间切换', 'Switch between chats and people'],
  keyLogin: ['扫码、确认、取消登录', 'Scan, confirm or cancel a login'],
  keyClose: ['关闭最上层的窗口', 'Close the topmost window'],
  keyHelp: ['显示快捷键列表', 'Show this list'],
  keyKinds: ['发送其他类型', 'Send another type'],
  keyMenu: ['消息或聊天的操作', 'Actions for a message or chat'],
  keyArrows: ['在列表和消息中移动', 'Move through lists and messages'],
} as const satisfies Record<string, readonly [Entry, Entry]>

/** All strings in one language; strings with placeholders are functions. */
export type Strings = {
  readonly [K in keyof typeof TABLE]: (typeof TABLE)[K][0] extends string ? string : (typeof TABLE)[K][0]
}

/** Key of a string without placeholders. */
export type StringKey = { [K in keyof Strings]: Strings[K] extends string ? K : never }[keyof Strings]

/** Returns all strings in a language. */
export function stringsOf(lang: Lang): Strings {
  const column = LANGS.indexOf(lang)
  return Object.fromEntries(Object.entries(TABLE).map(([key, pair]) => [key, pair[column]])) as Strings
}

/** Language for a browser that accepts `languages`: Chinese if any of them is Chinese, otherwise English. */
export function detectLang(languages: readonly string[]): Lang {
  return languages.some((language) => /^zh\b/i.test(language)) ? 'zh' : 'en'
}
