import itchat from '../index.js'
import { PortInUseError, type Sandbox, startSandbox } from '../sandbox/index.js'
import { printBanner } from './banner.js'
import { printSandboxLines } from './sandbox-lines.js'
import { Terminal } from './terminal.js'
import { endWhenInterrupted } from './until-interrupted.js'

/** `npm start`: a sandbox, and a bot that logs in to it with the default instance. */
export async function runDemo(startBot: () => Promise<unknown>): Promise<void> {
  const terminal = new Terminal(process.stderr)
  const sandbox = await startOnAnyPort()
  let isEnding = false
  endWhenInterrupted(terminal, async () => {
    isEnding = true
    await itchat.close()
    await sandbox.close()
  })
  process.env.ITCHAT_BASE_URL = sandbox.url
  printBanner(terminal, sandbox.url, 'withDemo')
  await printSandboxLines(sandbox, terminal)
  try {
    await startBot()
  } catch (error) {
    // Ctrl-C while the QR waits ends the login with an error; it is what was asked for.
    if (!isEnding) throw error
  }
}

/** A demo that is in the way of another still runs. */
async function startOnAnyPort(): Promise<Sandbox> {
  const port = process.env.PORT
  try {
    return await startSandbox(port ? { port: Number(port) } : {})
  } catch (error) {
    if (port || !(error instanceof PortInUseError)) throw error
    return startSandbox({ port: 0 })
  }
}
