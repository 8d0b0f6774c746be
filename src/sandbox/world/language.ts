import type { WorldSpec } from './spec.js'

/** The language of the phone and of the world around it. */
export type Language = NonNullable<WorldSpec['language']>

/** The texts that a phone in each language writes by itself. @see docs/protocol.md §10.17 */
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
  ownerRemoved(by: string): string
  removedByOwner(names: readonly string[]): string
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
    ownerRemoved: (by) => `你被"${by}"移出群聊`,
    removedByOwner: (names) => `你将"${names.join('、')}"移出了群聊`,
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
    ownerRemoved: (by) => `You were removed from the group chat by "${by}"`,
    removedByOwner: (names) => `You removed "${names.join(', ')}" from the group chat`,
  },
}
