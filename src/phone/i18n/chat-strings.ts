/** Strings for searching a chat, adding people, and the details of a contact, in Chinese and English. */
export const CHAT_STRINGS = {
  copy: ['复制', 'Copy'],
  copyCommand: ['复制启动命令', 'Copy the command'],
  copied: ['已复制', 'Copied'],
  copyFailed: ['浏览器不允许复制', 'The browser did not allow copying'],

  findInChat: ['在聊天中搜索', 'Search this chat'],
  findOlder: ['上一个', 'Older match'],
  findNewer: ['下一个', 'Newer match'],
  foundAt: [(at: number, count: number) => `${at}/${count}`, (at: number, count: number) => `${at} of ${count}`],
  foundNone: ['没有结果', 'No results'],
  findLoading: ['正在搜索更早的消息…', 'Searching earlier messages…'],
  findClose: ['关闭搜索', 'Close the search'],
  keyFind: ['在聊天中搜索', 'Search the open chat'],

  wordsAndCode: [
    (words: string, code: string) => `${words}（${code}）`,
    (words: string, code: string) => `${words} (${code})`,
  ],
  attempts: [(n: number) => `已尝试 ${n} 次`, (n: number) => `${n} attempts`],
  sentAtAttempt: [
    (n: number, why: string) => `第 ${n} 次发送成功，此前：${why}`,
    (n: number, why: string) => `Sent on attempt ${n}; before that: ${why}`,
  ],
  resend: ['重新发送', 'Send again'],
  cancelSending: ['取消发送', 'Cancel sending'],

  newPerson: ['新建联系人', 'New person'],
  newPersonText: [
    '昵称可以是任意文字，机器人会收到联系人变更。',
    'The name can be any text; the bot receives the contact change.',
  ],
  newPersonName: ['昵称', 'Name'],
  newPersonFriend: ['机器人的好友', 'A friend of the bot'],
  newPersonStranger: ['还不是好友，可以发送好友请求', 'Not a friend yet; can send a friend request'],
  newPersonAdd: ['创建', 'Create'],
  newMember: ['新建联系人，并加入本群', 'New person in this group'],

  replacedCancelled: [
    '上一张二维码已在手机上取消，这是新的一张。',
    'The previous code was cancelled on the phone. This is a new one.',
  ],
  replacedExpired: ['上一张二维码已过期，这是新的一张。', 'The previous code has expired. This is a new one.'],
  replacedRefused: [
    '上一次登录被拒绝（1203），这是新的二维码。',
    'The previous login was refused (1203). This is a new code.',
  ],
  replacedBlocked: [
    '上一张二维码因验证码错误失效，这是新的一张。',
    'The previous code was blocked after wrong verify codes. This is a new one.',
  ],
} as const
