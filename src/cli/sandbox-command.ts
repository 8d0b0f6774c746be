import { startSandbox } from '../sandbox/index.js'
import { printBanner } from './banner.js'
import { printSandboxLines } from './sandbox-lines.js'
import { strings } from './strings.js'
import { Terminal } from './terminal.js'
import { endWhenInterrupted } from './until-interrupted.js'

/** `itchat sandbox`: runs a local WeChat server until Ctrl-C is pressed. */
export async function sandboxCommand(options: { port?: number; autoLogin?: boolean }): Promise<void> {
  const terminal = new Terminal(process.stderr)
  const sandbox = await startSandbox(options)
  endWhenInterrupted(terminal, () => sandbox.close())
  printBanner(terminal, sandbox.url, strings().alone, strings().howToAlone(sandbox.url))
  await printSandboxLines(sandbox, terminal)
}
