import { type Command, Option } from 'commander'
import { addAccountOptions } from '../account-options.js'
import { addExamples } from '../examples.js'
import { inLanguage } from '../language.js'
import { readPath } from '../read-path.js'

const STRINGS = {
  zh: {
    description: '扫码登录，并保存登录状态，供其他命令和机器人使用',
    png: '同时把二维码写入 PNG 文件；登录结束后删除',
    effects: { login: '在终端显示二维码', png: '同时写入图片', sandbox: '登录本机的沙盒' },
  },
  en: {
    description: 'log in by QR code and save the login for the other commands and for bots',
    png: 'also write the QR code to a PNG file, which is removed after the login',
    effects: {
      login: 'show the QR code in the terminal',
      png: 'also write it to a picture',
      sandbox: 'log in to the sandbox on this machine',
    },
  },
}

export function addLogin(program: Command): void {
  const strings = inLanguage(STRINGS)
  const command = program
    .command('login')
    .description(strings.description)
    .addOption(new Option('--png <file>', strings.png).argParser(readPath))
  addAccountOptions(command).action(async (options) => (await import('../actions/login.js')).logIn(options))
  const { login, png, sandbox } = strings.effects
  addExamples(command, [
    ['itchat login', login],
    ['itchat login --png qr.png', png],
    ['ITCHAT_BASE_URL=http://127.0.0.1:8078 itchat login', sandbox],
  ])
}
