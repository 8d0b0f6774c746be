import { Command, Option } from 'commander'
import { VERSION } from '../util/version.js'
import { addContacts } from './commands/contacts.js'
import { addDoctor } from './commands/doctor.js'
import { addGroup } from './commands/group.js'
import { addListen } from './commands/listen.js'
import { addLogin } from './commands/login.js'
import { addLogout } from './commands/logout.js'
import { addNew } from './commands/new.js'
import { addRun } from './commands/run.js'
import { addSandbox } from './commands/sandbox.js'
import { addSend } from './commands/send.js'
import { inLanguage } from './language.js'
import { translateUsageError } from './usage-errors.js'
import { helpWidth, wrap } from './wrap.js'

const STRINGS = {
  zh: {
    description: '用程序操作个人微信账号，或在本机的微信服务器上测试程序',
    version: '显示版本号',
    help: '显示帮助',
    helpCommand: '显示某个命令的帮助',
    lang: '输出的语言（默认取自系统的区域设置）',
    noColor: '不使用颜色',
    verbose: '出错时同时显示原因',
    choices: (values: readonly string[]) => `（可选：${values.join('、')}）`,
    titles: {
      'Usage:': '用法：',
      'Arguments:': '参数：',
      'Options:': '选项：',
      'Commands:': '命令：',
      'Global Options:': '通用选项：',
    },
  },
  en: {
    description: 'Use a personal WeChat account from a program, or test the program against a local WeChat server',
    version: 'print the version',
    help: 'show this help',
    helpCommand: 'show the help of a command',
    lang: 'language of the output (default: that of the locale)',
    noColor: 'print without colors',
    verbose: 'print the causes of an error',
    choices: (values: readonly string[]) => ` (one of: ${values.join(', ')})`,
    titles: {},
  },
}

/** Columns below which descriptions are not wrapped. */
const MIN_WIDTH = 16

/** The command line of `itchat`. The code of a command is loaded when it runs. */
export function createProgram(): Command {
  const strings = inLanguage(STRINGS)
  const titles: Readonly<Record<string, string>> = strings.titles
  // The default adds choices, defaults and variables in English; the descriptions state the last two.
  const describe = ({ description, argChoices }: { description: string; argChoices?: string[] | undefined }) =>
    description + (argChoices ? strings.choices(argChoices) : '')
  const program = new Command('itchat')
    .description(strings.description)
    .version(VERSION, '-V, --version', strings.version)
    .helpOption('-h, --help', strings.help)
    .helpCommand('help [command]', strings.helpCommand)
    .addOption(new Option('--lang <language>', strings.lang).choices(['zh', 'en']))
    .option('--no-color', strings.noColor)
    .option('--verbose', strings.verbose)
    // These settings must precede the subcommands, which inherit them.
    .configureHelp({
      showGlobalOptions: true,
      // On a narrow terminal, descriptions are wrapped beside their terms too.
      minWidthToWrap: MIN_WIDTH,
      boxWrap: (text, columns) =>
        text
          .split('\n')
          .flatMap((line) => wrap(line, columns, helpWidth))
          .join('\n'),
      argumentDescription: describe,
      optionDescription: describe,
      styleTitle: (title) => titles[title] ?? title,
    })
    .configureOutput({ outputError: (message, write) => write(translateUsageError(message)) })
    // Throws a CommanderError instead of ending the process.
    .exitOverride()
  const account = [addLogin, addLogout, addSend, addContacts, addGroup, addListen]
  for (const add of [...account, addRun, addNew, addSandbox, addDoctor]) add(program)
  return program
}
