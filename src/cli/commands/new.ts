import type { Command } from 'commander'
import { inLanguage } from '../language.js'

const STRINGS = {
  zh: { description: '新建一个机器人项目：TypeScript 程序、它的测试和 package.json', dir: '新文件夹的路径' },
  en: {
    description: 'create a project: a bot in TypeScript, its test, and package.json',
    dir: 'path of the new folder',
  },
}

export function addNew(program: Command): void {
  const strings = inLanguage(STRINGS)
  program
    .command('new')
    .description(strings.description)
    .argument('<dir>', strings.dir)
    .action(async (dir) => (await import('../actions/new.js')).createProject(dir))
}
