import { inLanguage } from './language.js'

const STRINGS = {
  zh: { unwritable: (code: string) => `无法写入标准输出（${code}）。` },
  en: { unwritable: (code: string) => `Standard output could not be written (${code}).` },
}

/**
 * Ends the process when its output cannot be written: quietly if the reader has gone, as in `itchat contacts | head`,
 * otherwise with one line. Lines for people that cannot be written are dropped.
 */
export function handleOutputErrors(): void {
  const { stdout, stderr } = process
  stdout.on('error', ({ code = '' }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') process.exit(0)
    stderr.write(`${inLanguage(STRINGS).unwritable(code)}\n`)
    process.exit(1)
  })
  stderr.on('error', () => {})
}

/** Characters that act on a terminal but are not escaped by JSON: controls, line separators and direction marks. */
const UNSAFE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** Formats an object as one line of JSON that can also be printed on a terminal. */
export function toJson(value: object): string {
  return JSON.stringify(value).replace(UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Prints an object as one line of JSON, for programs. */
export function printJson(value: object): void {
  process.stdout.write(`${toJson(value)}\n`)
}
