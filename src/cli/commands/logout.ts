import type { Command } from 'commander'
import { addAccountOptions } from '../account-options.js'
import { inLanguage } from '../language.js'

const STRINGS = {
  zh: { description: '退出登录，并删除保存的登录状态' },
  en: { description: 'log out and remove the saved login' },
}

export function addLogout(program: Command): void {
  const command = program.command('logout').description(inLanguage(STRINGS).description)
  addAccountOptions(command).action(async (options) => (await import('../actions/logout.js')).logOut(options))
}
