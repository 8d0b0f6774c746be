import { readFileSync } from 'node:fs'
import type { Terminal } from './terminal.js'
import { words } from './words.js'

/** Version of this package. */
export function version(): string {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

/** The first lines of `npm start` and `itchat sandbox`. */
export function printBanner(terminal: Terminal, url: string, what: string, howTo: string): void {
  terminal.write()
  terminal.write(`  ${terminal.style('itchat', 'bold')} ${terminal.style(version(), 'dim')}   ${what}`)
  terminal.write()
  terminal.write(`  ${words().page}  ${terminal.style(url, 'blue', 'underline')}`)
  terminal.write(`  ${howTo}`)
  terminal.write()
}
