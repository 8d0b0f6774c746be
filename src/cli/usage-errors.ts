import { inLanguage } from './language.js'

/** The messages of the parser for incorrect usage. `$1` and so on are the parts of the English message. */
const CHINESE: readonly (readonly [RegExp, string])[] = [
  [/^error: unknown option '(.*)'$/m, '未知选项 $1'],
  [/^error: unknown command '(.*)'$/m, '未知命令 $1'],
  [/^\(Did you mean (.*)\?\)$/m, '（是不是 $1？）'],
  [/^error: missing required argument '(.*)'$/m, '缺少参数 $1'],
  [/^error: option '(.*)' argument missing$/m, '选项 $1 缺少值'],
  [/^error: required option '(.*)' not specified$/m, '缺少选项 $1'],
  [/^error: option '(.*)' cannot be used with option '(.*)'$/m, '选项 $1 不能与 $2 同时使用'],
  [
    /^error: option '(.*)' argument '(.*)' is invalid\. Allowed choices are (.*)\.$/m,
    '选项 $1 的值 $2 无效：可用的值为 $3',
  ],
  [/^error: option '(.*)' argument '(.*)' is invalid\. (.*)$/m, '选项 $1 的值 $2 无效：$3'],
  [
    /^error: command-argument value '(.*)' is invalid for argument '(.*)'\. Allowed choices are (.*)\.$/m,
    '参数 $2 的值 $1 无效：可用的值为 $3',
  ],
  [/^error: command-argument value '(.*)' is invalid for argument '(.*)'\. (.*)$/m, '参数 $2 的值 $1 无效：$3'],
  [/^error: too many arguments.*Expected (\d+) arguments? but got (\d+)\.$/m, '参数太多：需要 $1 个，得到 $2 个'],
]

/** Translates a message of the parser to the language of the terminal. */
export function translateUsageError(message: string): string {
  const translate = (text: string) =>
    CHINESE.reduce((translated, [pattern, chinese]) => translated.replace(pattern, chinese), text)
  return inLanguage({ zh: translate, en: (text: string) => text })(message)
}
