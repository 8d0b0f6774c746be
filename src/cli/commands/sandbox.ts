import { type Command, InvalidArgumentError, Option } from 'commander'
import { DEFAULT_PORT, MAX_ACCOUNTS } from '../../sandbox/options.js'
import { inLanguage } from '../language.js'
import { readPath } from '../read-path.js'
import { readPort } from '../read-port.js'

const STRINGS = {
  zh: {
    description: '启动本机的微信服务器，并提供模拟手机的网页',
    port: `127.0.0.1 上的端口，0 表示任意空闲端口（默认取自 PORT，否则为 ${DEFAULT_PORT}）`,
    invalidPort: '需要 0 到 65535 之间的数字。',
    host: '让其他设备也能通过本机的这个地址打开网页（不能连接服务器）',
    world: '联系人、群和消息的语言（默认 zh）',
    accounts: '账号的数量，1 到 20（默认 1）',
    invalidAccounts: '需要 1 到 20 之间的数字。',
    autoLogin: '自动扫码并确认每次登录',
    ilink: '打开 ClawBot 聊天，供使用 iLink 传输层的程序连接',
    record: '把整个会话录制到新的录制文件',
    replay: '对登录的程序回放录制文件；程序发送的内容不同时，退出码为 1',
    speed: '--replay 的速度：保留录制时的停顿（real）或不停顿（full，默认）',
  },
  en: {
    description: 'run a local WeChat server with a web page that simulates the phone',
    port: `port on 127.0.0.1, 0 for any free port (default: PORT, otherwise ${DEFAULT_PORT})`,
    invalidPort: 'Expected a number from 0 to 65535.',
    host: 'also open the page, but not the server, to other devices at this address of the machine',
    world: 'language of the people, groups and messages (default zh)',
    accounts: 'number of accounts, from 1 to 20 (default 1)',
    invalidAccounts: 'Expected a number from 1 to 20.',
    autoLogin: 'scan and confirm every login automatically',
    ilink: 'open the ClawBot chat, for programs that use the iLink transport',
    record: 'record the session to a new file, as a transcript',
    replay: 'replay a transcript against the program that logs in, and exit with 1 if the program sends something else',
    speed: 'speed of --replay: with the recorded pauses (real) or without (full, the default)',
  },
}

export function addSandbox(program: Command): void {
  const strings = inLanguage(STRINGS)
  program
    .command('sandbox')
    .description(strings.description)
    .addOption(
      new Option('--port <number>', strings.port).env('PORT').argParser((value) => {
        const port = readPort(value)
        if (port === undefined) throw new InvalidArgumentError(strings.invalidPort)
        return port
      }),
    )
    .option('--host <ip>', strings.host)
    .addOption(new Option('--world <language>', strings.world).choices(['zh', 'en']))
    .addOption(
      new Option('--accounts <number>', strings.accounts).conflicts('replay').argParser((value) => {
        const count = Number(value)
        if (!(Number.isInteger(count) && count >= 1 && count <= MAX_ACCOUNTS))
          throw new InvalidArgumentError(strings.invalidAccounts)
        return count
      }),
    )
    .option('--auto-login', strings.autoLogin)
    .option('--ilink', strings.ilink)
    .addOption(new Option('--record <file>', strings.record).conflicts('replay').argParser(readPath))
    .addOption(new Option('--replay <file>', strings.replay).conflicts('world').argParser(readPath))
    .addOption(new Option('--speed <speed>', strings.speed).choices(['real', 'full']).default('full'))
    .action(async (options) => (await import('../actions/sandbox.js')).runSandbox(options))
}
