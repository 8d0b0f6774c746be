import { type Command, Option } from 'commander'
import { addAccountOptions } from '../account-options.js'
import type { FileArgument } from '../actions/send.js'
import { addExamples } from '../examples.js'
import { inLanguage } from '../language.js'
import { readPath } from '../read-path.js'

const STRINGS = {
  zh: {
    description: '发送文字和文件',
    who: '名称、备注、微信号、id、群名、filehelper，或 me（自己）；也可以是名称的一部分或拼音',
    text: '文字，原样发送；- 或省略时从标准输入读取',
    file: '发送文件；可以重复',
    image: '发送图片；可以重复',
    video: '发送视频；可以重复',
    json: '输出结果的 JSON，不询问',
    hello: '你好',
    effects: {
      text: '发送文字',
      file: '发送文件，显示进度',
      pipe: '发送另一个程序的输出',
      dash: '发送以 - 开头的文字',
    },
  },
  en: {
    description: 'send a text and files',
    who: 'name, remark, WeChat id, id, group name, filehelper, or me; also a part of a name or its pinyin',
    text: 'text, sent verbatim; read from standard input for - or when omitted',
    file: 'send a file; can be repeated',
    image: 'send a picture; can be repeated',
    video: 'send a video; can be repeated',
    json: 'print the result as JSON, and do not ask questions',
    hello: 'hello',
    effects: {
      text: 'send a text',
      file: 'send a file, with a progress bar',
      pipe: 'send the output of another program',
      dash: 'send a text that starts with -',
    },
  },
}

export function addSend(program: Command): void {
  const strings = inLanguage(STRINGS)
  // One list for all three options, so that the order of the command line is kept.
  const files: FileArgument[] = []
  const command = program
    .command('send')
    .description(strings.description)
    .argument('<who>', strings.who)
    .argument('[text]', strings.text)
  for (const as of ['file', 'image', 'video'] as const) {
    command.addOption(
      new Option(`--${as} <path>`, strings[as]).argParser((path) => {
        files.push({ as, path: readPath(path) })
        return files
      }),
    )
  }
  addAccountOptions(command)
    .option('--json', strings.json)
    .action(async (who: string, text: string | undefined, options) =>
      (await import('../actions/send.js')).send(who, text, { ...options, files }),
    )
  const { text, file, pipe, dash } = strings.effects
  addExamples(command, [
    [`itchat send xiaoman "${strings.hello}"`, text],
    ['itchat send xiaoman --file report.pdf', file],
    ['df -h | itchat send filehelper', pipe],
    ['itchat send me -- "-1"', dash],
  ])
}
