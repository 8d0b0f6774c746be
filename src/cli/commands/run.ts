import type { Command } from 'commander'
import { inLanguage } from '../language.js'

const STRINGS = {
  zh: {
    description: '运行一个程序（JavaScript 或 TypeScript），并保留它的登录状态',
    file: '程序文件，例如 bot.ts',
    args: '传给程序的参数',
    watch: '源文件改变时重新启动程序',
  },
  en: {
    description: 'run a program in JavaScript or TypeScript, and keep its login',
    file: 'file of the program, such as bot.ts',
    args: 'arguments for the program',
    watch: 'restart the program when its source files change',
  },
}

export function addRun(program: Command): void {
  const strings = inLanguage(STRINGS)
  program
    .command('run')
    .description(strings.description)
    .argument('<file>', strings.file)
    .argument('[args...]', strings.args)
    .option('--watch', strings.watch)
    .action(async (file, args, _, command) =>
      (await import('../actions/run.js')).runProgram(file, args, command.optsWithGlobals()),
    )
}
