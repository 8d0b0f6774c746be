import { InvalidArgumentError } from 'commander'
import { inLanguage } from './language.js'

const STRINGS = {
  zh: { expected: '需要文件的路径。' },
  en: { expected: 'Expected the path of a file.' },
}

/** Parses a path, which an empty variable of a shell script leaves out. @throws InvalidArgumentError for a blank one */
export function readPath(value: string): string {
  if (value.trim() === '') throw new InvalidArgumentError(inLanguage(STRINGS).expected)
  return value
}
