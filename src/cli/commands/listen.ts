import type { Command } from 'commander'
import { addAccountOptions } from '../account-options.js'
import { addExamples } from '../examples.js'
import { inLanguage } from '../language.js'

const STRINGS = {
  zh: {
    description: '每收到一条消息，输出一行，直到按下 Ctrl-C；不回复任何消息',
    json: '每行输出一个 JSON 对象',
    handled: '输出过的消息视为已处理：以后使用这份登录状态的机器人不会再收到它们。',
    fields:
      'JSON 的字段：id、at（UTC）、chat {id, kind, name, remark}、sender {name, isSelf}、kind、text、mentionsMe、\nmentionsAll、isStale，以及按类型出现的 file {name, sizeBytes}、durationMs、location、link、quoted、request、\namount、recalledId。',
    effects: { people: '在终端里阅读消息', text: '只看文字', log: '写入文件' },
  },
  en: {
    description: 'print one line per message until Ctrl-C is pressed, without replying to any',
    json: 'print one JSON object per line',
    handled: 'Printed messages count as handled: a bot that uses this login later does not receive them again.',
    fields:
      'Fields of the JSON objects: id, at (UTC), chat {id, kind, name, remark}, sender {name, isSelf}, kind, text,\nmentionsMe, mentionsAll, isStale, and depending on the kind file {name, sizeBytes}, durationMs, location, link,\nquoted, request, amount, recalledId.',
    effects: { people: 'read the messages in the terminal', text: 'only texts', log: 'write to a file' },
  },
}

export function addListen(program: Command): void {
  const strings = inLanguage(STRINGS)
  const command = program.command('listen').description(strings.description).option('--json', strings.json)
  addAccountOptions(command).action(async (options) => (await import('../actions/listen.js')).listen(options))
  command.addHelpText('after', `\n${strings.handled}\n\n${strings.fields}`)
  const { people, text, log } = strings.effects
  addExamples(command, [
    ['itchat listen', people],
    ['itchat listen --json | jq -r \'select(.kind == "text").text\'', text],
    ['itchat listen --json >> messages.jsonl', log],
  ])
}
