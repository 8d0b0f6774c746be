import { VERSION } from '../util/version.js'
import { strings } from './strings.js'
import type { Terminal } from './terminal.js'

/** The first lines of `npm start` and `itchat sandbox`. */
export function printBanner(terminal: Terminal, url: string, title: string, howTo: string): void {
  terminal.write()
  terminal.write(`  ${terminal.style('itchat', 'bold')} ${terminal.style(VERSION, 'dim')}   ${title}`)
  terminal.write()
  terminal.write(`  ${strings().page}  ${terminal.style(url, 'blue', 'underline')}`)
  terminal.write(`  ${howTo}`)
  terminal.write()
}
