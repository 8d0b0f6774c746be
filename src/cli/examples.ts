import type { Command } from 'commander'
import { inLanguage } from './language.js'
import { helpWidth } from './wrap.js'

/** Adds examples to the end of the help of a command: command lines with what they do. */
export function addExamples(command: Command, examples: readonly (readonly [line: string, effect: string])[]): void {
  const width = Math.max(...examples.map(([line]) => helpWidth(line)))
  const title = inLanguage({ zh: '例子：', en: 'Examples:' })
  const lines = examples.map(([line, effect]) => `  ${line}${' '.repeat(width - helpWidth(line))}  ${effect}`)
  command.addHelpText('after', `\n${title}\n${lines.join('\n')}`)
}
