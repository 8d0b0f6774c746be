/** Strings for a contact as the bot sees it, in Chinese and English. */
export const DETAILS_STRINGS = {
  details: ['资料', 'Details'],
  detailsOf: [(name: string) => `机器人看到的${name}`, (name: string) => `${name} as the bot sees it`],
  showDetails: ['机器人看到的资料', 'Details as the bot sees them'],
  detailsFields: ['机器人看到的字段', 'Fields on the wire'],
  detailsNobody: ['打开一个聊天，这里会显示机器人看到的资料。', 'Open a chat to see its details as the bot sees them.'],
  detailsOffline: [
    '没有已登录的程序。UserName 每次登录都不同，登录后才有。',
    'No program is logged in. UserNames differ in every session, so there are none yet.',
  ],
  detailsUnknown: [
    '本次登录中，机器人还没有收到这个联系人。收到后会是下面的样子。',
    'The bot has not received this contact in its session. It would look like this.',
  ],
  detailsSession: ['仅本次登录有效', 'this session only'],
  detailsHidden: ['尚未告知', 'not revealed'],
  detailsChanged: ['刚刚变更', 'just changed'],
  detailsEmpty: ['空', 'empty'],
  detailsGroups: [(n: number) => `所在的群 · ${n}`, (n: number) => `Groups · ${n}`],
  detailsMembers: [(n: number) => `MemberList · ${n}`, (n: number) => `MemberList · ${n}`],
  detailsOpen: ['在手机上打开', 'Open on the phone'],
} as const
