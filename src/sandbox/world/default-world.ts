import { DEFAULT_DESIGN_GROUP } from './default-design-group.js'
import { DEFAULT_FRIENDS, DEFAULT_OFFICIALS } from './default-people.js'
import type { WorldSpec } from './spec.js'

/** The sandbox's default world: 陈一舟, a dozen friends, three groups and two official accounts. */
export const DEFAULT_WORLD: WorldSpec = {
  owner: {
    name: '陈一舟',
    id: 'wxid_chenyizhou0',
    alias: 'yizhou_chen',
    sex: 1,
    province: '浙江',
    city: '杭州',
    signature: '慢慢来，比较快',
    initials: 'CYZ',
    pinyin: 'chenyizhou',
  },
  friends: DEFAULT_FRIENDS,
  officials: DEFAULT_OFFICIALS,
  strangers: [{ name: '许知远', id: 'wxid_xuzhiyuan00', sex: 1, city: '苏州', initials: 'XZY', pinyin: 'xuzhiyuan' }],
  groups: [
    {
      topic: '周末爬山队 ⛰️',
      owner: '周望舒',
      ownDisplayName: '一舟',
      members: [
        { name: '周望舒', displayName: '望舒（领队）' },
        { name: '林小满', displayName: '小满🌾' },
        '沈青禾',
        '顾南星',
        { name: 'Oliver Reed', displayName: 'Oliver' },
        { name: '唐一诺', id: 'wxid_tangyinuo000', sex: 2, initials: 'TYN', pinyin: 'tangyinuo' },
        { name: '马骁', id: 'wxid_maxiao00000', sex: 1, displayName: '老马', initials: 'MX', pinyin: 'maxiao' },
      ],
    },
    DEFAULT_DESIGN_GROUP,
    {
      topic: '一家人',
      owner: '老妈',
      saved: false,
      muted: true,
      members: [
        { name: '老妈', displayName: '老妈' },
        { name: '陈建国', displayName: '老爸' },
        { name: '陈一帆', id: 'wxid_chenyifan000', sex: 2, initials: 'CYF', pinyin: 'chenyifan' },
      ],
    },
  ],
  history: [
    { chat: '沙丘日报', text: '早上好。今天的第一篇：风是怎样搬动一座沙丘的。', minutesAgo: 300 },
    { chat: '城市天气', text: '杭州 今天晴，12～21℃，适合出门走走。', minutesAgo: 280 },
    { chat: '产品设计群', speaker: '苏沐晴', text: '首页第三稿放在共享盘了，大家有空看看', minutesAgo: 200 },
    { chat: '产品设计群', speaker: '沈青禾', text: '看了，留白舒服多了👍', minutesAgo: 195 },
    { chat: '一家人', speaker: '老妈', text: '周日回来吃饭吗？', minutesAgo: 130 },
    { chat: '一家人', speaker: '陈一舟', text: '回的，下午到', minutesAgo: 126 },
    { chat: '老妈', text: '天凉了，多穿一件', minutesAgo: 120 },
    { chat: '老妈', speaker: '陈一舟', text: '知道啦', minutesAgo: 118 },
    { chat: 'Oliver Reed', text: 'Are we still on for Saturday?', minutesAgo: 90 },
    { chat: 'Oliver Reed', speaker: '陈一舟', text: 'Sure, 7:30 at the east gate.', minutesAgo: 88 },
    { chat: '周末爬山队 ⛰️', speaker: '周望舒', text: '周六早上七点半，老地方集合', minutesAgo: 60 },
    { chat: '周末爬山队 ⛰️', speaker: '马骁', text: '收到，我带炉子', minutesAgo: 58 },
    { chat: '周末爬山队 ⛰️', speaker: '林小满', text: '我带橘子🍊', minutesAgo: 55 },
    { chat: '林小满', text: '你的机器人做好了吗？', minutesAgo: 30 },
    { chat: '林小满', speaker: '陈一舟', text: '差不多了，一会儿上线试试', minutesAgo: 28 },
  ],
}
