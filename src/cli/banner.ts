import { VERSION } from '../util/version.js'
import type { Terminal } from './terminal.js'
import { words } from './words.js'

/** The first lines of `npm start` and `itchat sandbox`. */
export function printBanner(terminal: Terminal, url: string, what: string, howTo: string): void {
  terminal.write()
  terminal.write(`  ${terminal.style('itchat', 'bold')} ${terminal.style(VERSION, 'dim')}   ${what}`)
  terminal.write()
  terminal.write(`  ${words().page}  ${terminal.style(url, 'blue', 'underline')}`)
  terminal.write(`  ${howTo}`)
  terminal.write()
}
