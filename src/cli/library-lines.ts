import { inLanguage } from './language.js'

const UNUSABLE = '无法使用，原内容保留在 $1。'

/** The log lines of the library that are partly in English, because they contain an error or the reason of one. */
const CHINESE: readonly (readonly [RegExp, string])[] = [
  [/^! 连接已断开，正在重试。.*$/, '! 连接已断开，正在重试。如果一直没有恢复，请运行 npx itchat doctor。'],
  [/^! \w+Error: .* (\d+) 秒后重试$/, '! 与服务器通信失败，$1 秒后重试。'],
  [/^The saved login is unusable: .* It was moved to (.*)\.$/, `! 保存的登录状态${UNUSABLE}`],
  [/^The list of known contacts is unusable: .* It was quarantined as (.*)\.$/, `! 联系人身份的记录${UNUSABLE}`],
  [/^The queue of messages to send is unusable: .* It was quarantined as (.*)\.$/, `! 待发送消息的记录${UNUSABLE}`],
  [/^The journal is unusable: .* It was quarantined as (.*)\.$/, `! 消息日志${UNUSABLE}`],
]

/** Translates a log line of the library to the language of the terminal. */
export function translateLibraryLine(line: string): string {
  const translate = (text: string) =>
    CHINESE.reduce((translated, [pattern, chinese]) => translated.replace(pattern, chinese), text)
  return inLanguage({ zh: translate, en: (text: string) => text })(line)
}
