import type { WorldSpec } from './spec.js'

/** The language of the phone and of the world around it. */
export type Language = NonNullable<WorldSpec['language']>

/** The texts that the phone and the server write by themselves in each language. @see docs/protocol.md §10.17 */
export interface PhoneTexts {
  /** The mention of all members, without the `@`. */
  everyone: string
  friendAdded(name: string): string
  recalled(by: string | undefined): string
  renamed(by: string | undefined, topic: string): string
  /** The account's owner created a group with these people. */
  groupMade(names: readonly string[]): string
  /** The account's owner invited these people. */
  invitedByOwner(names: readonly string[]): string
  invited(by: string, names: readonly string[]): string
  /** The account's owner and others were invited. */
  invitedWithOwner(by: string, names: readonly string[]): string
  /** Only the account's owner was invited. */
  ownerInvited(by: string, present: readonly string[]): string
  /** Somebody joined through the QR code of the group; without `by`, the account's owner had shared it. */
  joinedByQr(name: string, by: string | undefined): string
  ownerRemoved(by: string): string
  removedByOwner(names: readonly string[]): string
  /** What programs receive instead of a red packet. `own` means that the account's owner sent it. */
  redPacket(own: boolean): string
  redPacketTitle: string
  /** The line of a transfer, in yuan. @see docs/protocol.md §11 */
  transfer(yuan: string, own: boolean): string
  /** The title of a channel video on phones that cannot show it. */
  unsupported: string
  /** The default message with which the server refuses a login. @see docs/protocol.md §3.4 */
  loginRefused: string
}

export const PHONE_TEXTS: Readonly<Record<Language, PhoneTexts>> = {
  zh: {
    everyone: '所有人',
    friendAdded: (name) => `你已添加了${name}，现在可以开始聊天了。`,
    recalled: (by) => (by === undefined ? '你撤回了一条消息' : `"${by}" 撤回了一条消息`),
    renamed: (by, topic) => `${by === undefined ? '你' : `"${by}"`}修改群名为“${topic}”`,
    groupMade: (names) => `你邀请${names.map((name) => `"${name}"`).join('、')}加入了群聊  `,
    invitedByOwner: (names) => `你邀请"${names.join('、')}"加入了群聊  `,
    invited: (by, names) => `"${by}"邀请"${names.join('、')}"加入了群聊`,
    invitedWithOwner: (by, names) => `"${by}"邀请你和"${names.join('、')}"加入了群聊`,
    ownerInvited: (by, present) => `"${by}"邀请你加入了群聊，群聊参与人还有：${present.join('、')}`,
    joinedByQr: (name, by) => `" ${name}"通过扫描${by === undefined ? '你' : `"${by}"`}分享的二维码加入群聊`,
    ownerRemoved: (by) => `你被"${by}"移出群聊`,
    removedByOwner: (names) => `你将"${names.join('、')}"移出了群聊`,
    redPacket: (own) => `${own ? '发出' : '收到'}红包，请在手机上查看`,
    redPacketTitle: '微信红包',
    transfer: (yuan, own) => `${own ? '发起' : '收到'}转账${yuan}元。如需收钱，请点此升级至最新版本`,
    unsupported: '当前版本不支持展示该内容，请升级至最新版本。',
    loginRefused: '为了你的帐号安全，此微信号不能登录网页微信。你可以使用 Windows 微信或 Mac 微信在电脑端登录。',
  },
  en: {
    everyone: 'all',
    friendAdded: (name) => `You have added ${name} as your WeChat contact. Start chatting!`,
    recalled: (by) => (by === undefined ? 'You recalled a message' : `"${by}" has recalled a message.`),
    renamed: (by, topic) => `${by === undefined ? 'You' : `"${by}"`} changed the group name to "${topic}"`,
    groupMade: (names) => `You've invited ${names.map((name) => `"${name}"`).join(', ')} to the group chat`,
    invitedByOwner: (names) => `You've invited "${names.join(', ')}" to the group chat`,
    invited: (by, names) => `"${by}" invited "${names.join(', ')}" to the group chat`,
    invitedWithOwner: (by, names) => `"${by}" invited you and "${names.join(', ')}" to the group chat`,
    ownerInvited: (by, present) => `"${by}" invited you to a group chat with ${present.join(', ')}`,
    joinedByQr: (name, by) =>
      by === undefined
        ? `"${name}" joined group chat via the QR code you shared.  `
        : `"${name}" joined the group chat via the QR Code shared by "${by}".`,
    ownerRemoved: (by) => `You were removed from the group chat by "${by}"`,
    removedByOwner: (names) => `You removed "${names.join(', ')}" from the group chat`,
    redPacket: (own) => `Red packet ${own ? 'sent' : 'received'}. View on phone.`,
    redPacketTitle: 'WeChat red packet',
    transfer: (yuan, own) =>
      `Transfer of ¥${yuan} ${own ? 'sent' : 'received'}. To accept money, update to the latest version.`,
    unsupported: 'This version cannot show the content. Update to the latest version.',
    loginRefused:
      'For the safety of this account, it cannot log in to WeChat for Web. Use WeChat for Windows or Mac instead.',
  },
}
