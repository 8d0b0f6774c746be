import { startSandbox } from '../sandbox/index.js'
import { printBanner } from './banner.js'
import { pageUrl } from './page-url.js'
import { printSandboxLines } from './sandbox-lines.js'
import { strings } from './strings.js'
import { Terminal } from './terminal.js'
import { endWhenInterrupted } from './until-interrupted.js'

/** `itchat sandbox`: runs a local WeChat server until Ctrl-C is pressed. */
export async function sandboxCommand(options: { port?: number; autoLogin?: boolean; ilink?: boolean }): Promise<void> {
  const terminal = new Terminal(process.stderr)
  const sandbox = await startSandbox(options)
  endWhenInterrupted(terminal, () => sandbox.close())
  const { ilink = false } = options
  printBanner(terminal, pageUrl(sandbox, ilink), strings().alone, strings().howToAlone(sandbox.url, ilink))
  await printSandboxLines(sandbox, terminal)
}
