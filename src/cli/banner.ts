import { readFileSync } from 'node:fs'
import type { Terminal } from './terminal.js'
import { words } from './words.js'

/** Version of this package. */
export function version(): string {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

/** The first lines of `npm start` and `itchat sandbox`. */
export function printBanner(terminal: Terminal, url: string, what: 'withDemo' | 'alone'): void {
  const text = words()
  terminal.write()
  terminal.write(`  ${terminal.style('itchat', 'bold')} ${terminal.style(version(), 'dim')}   ${text[what]}`)
  terminal.write()
  terminal.write(`  ${text.page}  ${terminal.style(url, 'blue', 'underline')}`)
  terminal.write(`  ${what === 'withDemo' ? text.howToDemo : text.howToAlone(url)}`)
  terminal.write()
}
