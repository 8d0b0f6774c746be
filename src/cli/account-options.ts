import { type Command, Option } from 'commander'
import { inLanguage } from './language.js'
import { readPath } from './read-path.js'

const STRINGS = {
  zh: {
    state: '登录状态文件（默认 itchat.json）',
    transport: '连接的网络（默认取自 ITCHAT_TRANSPORT，否则为 web）',
  },
  en: {
    state: 'file of the saved login (default itchat.json)',
    transport: 'network to connect to (default: ITCHAT_TRANSPORT, otherwise web)',
  },
}

const DEFAULT_STATE = 'itchat.json'

/** The options of every command that uses an account. */
export interface AccountOptions {
  state?: string
  transport?: 'web' | 'ilink'
}

export function addAccountOptions(command: Command): Command {
  const strings = inLanguage(STRINGS)
  return command
    .addOption(new Option('--state <file>', strings.state).argParser(readPath))
    .addOption(new Option('--transport <name>', strings.transport).choices(['web', 'ilink']))
}

export function stateFileOf({ state = DEFAULT_STATE }: AccountOptions): string {
  return state
}
