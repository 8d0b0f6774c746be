import type { Language } from '../world/language.js'

/** The texts of the sample messages. */
export const SAMPLE_TEXTS = {
  zh: {
    greeting: '你好',
    location: { label: '杭州市西湖区南山路', placeName: '西湖' },
    link: {
      title: '风是怎样搬动一座沙丘的',
      description: '每年三十米，一粒一粒地走。',
      url: 'https://example.com/dunes?from=timeline&lang=zh_CN',
      source: '沙丘日报',
    },
    music: { title: '山行', description: '沙丘乐队', appName: '沙丘音乐' },
    miniProgram: { title: '今天中午吃什么', appName: '午饭转盘' },
    redPacket: '恭喜发财，大吉大利',
    transfer: '午饭',
    quote: '好',
    channelVideo: { author: '山野电台', description: '凌晨四点的云海' },
    note: '以上是打招呼的内容',
    historyName: '林小满',
    historyTitle: (name: string, owner: string) => `${name}和${owner}的聊天记录`,
    history: ['周六去爬山吗？', '去，几点？', '七点半，老地方'],
    fileName: '爬山路线 & 清单.pdf',
    /** The voice message says: 周六早上八点，南门集合，别忘了带水。 */
    voiceMs: 5148,
  },
  en: {
    greeting: 'Hello',
    location: { label: 'Nanshan Road, Xihu District, Hangzhou', placeName: 'West Lake' },
    link: {
      title: 'How the wind moves a dune',
      description: 'Thirty meters a year, grain by grain.',
      url: 'https://example.com/dunes?from=timeline&lang=en',
      source: 'Dune Daily',
    },
    music: { title: 'Walking in the hills', description: 'The Dunes', appName: 'Dune Music' },
    miniProgram: { title: 'What is for lunch today?', appName: 'Lunch wheel' },
    redPacket: 'Best wishes',
    transfer: 'Lunch',
    quote: 'OK',
    channelVideo: { author: 'Hill Radio', description: 'A sea of clouds at four in the morning' },
    note: 'The message above is a greeting',
    historyName: 'Maya Lindqvist',
    historyTitle: (name: string, owner: string) => `Chat history of ${name} and ${owner}`,
    history: ['Shall we go hiking on Saturday?', 'Yes. When?', 'At 7:30, the usual place'],
    fileName: 'hiking route & checklist.pdf',
    /** The voice message says: Saturday, eight o'clock, at the south gate. Don't forget to bring some water. */
    voiceMs: 4824,
  },
} as const satisfies Record<Language, object>
