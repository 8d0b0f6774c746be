import type { Command } from 'commander'
import { addAccountOptions } from '../account-options.js'
import { inLanguage } from '../language.js'

const STRINGS = {
  zh: {
    description: '检查 Node、网络、时钟和保存的登录状态，并说明怎么办',
    json: '每项检查输出一行 JSON',
  },
  en: {
    description: 'check Node, the network, the clock and the saved login, and suggest what to do',
    json: 'print one line of JSON for each check',
  },
}

export function addDoctor(program: Command): void {
  const strings = inLanguage(STRINGS)
  addAccountOptions(program.command('doctor').description(strings.description))
    .option('--json', strings.json)
    .action(async (options) => (await import('../actions/doctor.js')).runDoctor(options))
}
