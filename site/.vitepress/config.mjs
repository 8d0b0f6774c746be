import { defineConfig } from 'vitepress'
import { linkTo, titleOf } from '../content.mjs'
import { SECTIONS } from '../pages.mjs'

/** @param {'en' | 'zh'} language */
function sidebar(language) {
  const api = { text: language === 'zh' ? 'API 参考（英文）' : 'API reference', link: linkTo('api/', language) }
  return SECTIONS.map(({ title, pages }, index) => ({
    text: title[language],
    items: [
      ...pages.map((page) => ({ text: titleOf(page, language), link: linkTo(page, language) })),
      ...(index === SECTIONS.length - 1 ? [api] : []),
    ],
  }))
}

export default defineConfig({
  title: 'itchat',
  srcDir: '.content',
  outDir: 'dist',
  cleanUrls: true,
  markdown: {
    // The anchors that GitHub makes, so that a link to a heading works in both places.
    anchor: {
      slugify: (heading) =>
        heading
          .toLowerCase()
          .replace(/[^\p{L}\p{N}\s_-]/gu, '')
          .trim()
          .replace(/\s/g, '-'),
    },
  },
  // Nothing of a page is requested from another server.
  themeConfig: {
    search: {
      provider: 'local',
      options: {
        locales: {
          zh: {
            translations: {
              button: { buttonText: '搜索', buttonAriaLabel: '搜索' },
              modal: {
                noResultsText: '没有找到',
                resetButtonTitle: '清除',
                footer: { selectText: '打开', navigateText: '移动', closeText: '关闭' },
              },
            },
          },
        },
      },
    },
  },
  locales: {
    root: {
      label: 'English',
      lang: 'en',
      description: 'Client for personal WeChat accounts, with a local WeChat to test against',
      themeConfig: {
        nav: [
          { text: 'Guide', link: '/guide/start' },
          { text: 'API', link: '/api/' },
        ],
        sidebar: sidebar('en'),
        outline: { level: [2, 3] },
      },
    },
    zh: {
      label: '中文',
      lang: 'zh-CN',
      description: '个人微信账号的 TypeScript 客户端，附带可在本机测试的微信',
      themeConfig: {
        nav: [
          { text: '指南', link: '/zh/guide/start' },
          { text: 'API', link: '/zh/api/' },
        ],
        sidebar: sidebar('zh'),
        outline: { label: '本页内容', level: [2, 3] },
        docFooter: { prev: '上一页', next: '下一页' },
        darkModeSwitchLabel: '外观',
        sidebarMenuLabel: '目录',
        returnToTopLabel: '回到顶部',
        langMenuLabel: '语言',
      },
    },
  },
})
