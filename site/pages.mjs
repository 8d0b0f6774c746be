// The pages of the site by section, as paths below `docs` without the extension. Each exists in English (`.md`) and in
// Chinese (`.zh-CN.md`), except for those listed in `ENGLISH_ONLY`.

export const SECTIONS = [
  {
    title: { en: 'Start', zh: '开始' },
    pages: ['guide/start', 'guide/command', 'guide/page', 'guide/inspector'],
  },
  {
    title: { en: 'Concepts', zh: '概念' },
    pages: [
      'guide/login',
      'guide/messages',
      'guide/replies',
      'guide/media',
      'guide/contacts',
      'guide/groups',
      'guide/names',
      'guide/events',
      'guide/errors',
      'guide/sessions',
      'guide/transports',
    ],
  },
  { title: { en: 'Testing', zh: '测试' }, pages: ['guide/testing', 'guide/transcripts'] },
  {
    title: { en: 'Recipes', zh: '示例' },
    pages: [
      'recipes/auto-reply',
      'recipes/anti-recall',
      'recipes/group-keeper',
      'recipes/file-saver',
      'recipes/controller',
      'recipes/several-accounts',
      'recipes/assistant',
      'recipes/scheduled-messages',
      'recipes/notifications',
    ],
  },
  {
    title: { en: 'Coming from', zh: '从其他库迁移' },
    pages: [
      'guide/from-python',
      'guide/from-wxpy',
      'guide/from-wechat4u',
      'guide/from-openwechat',
      'guide/from-wechaty',
    ],
  },
  { title: { en: 'Running', zh: '运行' }, pages: ['guide/deployment', 'threat-model'] },
  {
    title: { en: 'Reference', zh: '参考' },
    pages: ['glossary', 'errors', 'protocol', 'ilink', 'architecture'],
  },
]

export const ENGLISH_ONLY = ['errors', 'protocol', 'ilink', 'architecture']
