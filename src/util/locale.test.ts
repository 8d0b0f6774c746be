import { expect, test } from 'vitest'
import { prefersChinese } from './locale.js'

test.each([
  [{ LANG: 'zh_CN.UTF-8' }, 'en-US', true],
  [{ LANG: 'en_US.UTF-8' }, 'zh-CN', false],
  [{ LC_ALL: 'C.UTF-8', LANG: 'zh_CN.UTF-8' }, 'zh-CN', false],
  [{ LC_MESSAGES: 'zh_TW', LANG: 'en_US' }, 'en-US', true],
  [{ LC_ALL: '', LANG: '' }, 'zh-Hans-CN', true],
  [{}, 'zh-CN', true],
  [{}, 'en-GB', false],
])('prefers Chinese with %j on a system in %s: %s', (env, systemLocale, isChinese) => {
  expect(prefersChinese(env, systemLocale)).toBe(isChinese)
})
