import { setTimeout as delay } from 'node:timers/promises'
import itchat from '../index.js'
import { PortInUseError, type Sandbox, startSandbox } from '../sandbox/index.js'
import { printBanner } from './banner.js'
import { exitCodeOf, explain, UsageError } from './explain.js'
import { pageUrl } from './page-url.js'
import { readPort } from './read-port.js'
import { printSandboxLines } from './sandbox-lines.js'
import { strings } from './strings.js'
import { Terminal } from './terminal.js'
import { endWhenInterrupted } from './until-interrupted.js'

/** How long a program may take to clean up after Ctrl-C. */
const CLEANUP_MS = 5_000

interface DemoOptions {
  /** Name of the program. Default: the demo bot. */
  name?: string
  /** Whether the bot uses the iLink transport. Default false. */
  ilink?: boolean
}

/** `npm start`: runs a sandbox and a bot that logs in to it with the default instance. */
export async function runDemo(startBot: () => Promise<unknown>, options: DemoOptions = {}): Promise<void> {
  const terminal = new Terminal(process.stderr)
  try {
    await demo(terminal, startBot, options)
  } catch (error) {
    terminal.write(`  ${terminal.style(terminal.sign('✗'), 'red')} ${explain(error)}`)
    process.exitCode = exitCodeOf(error)
  }
}

async function demo(
  terminal: Terminal,
  startBot: () => Promise<unknown>,
  { name = '', ilink = false }: DemoOptions,
): Promise<void> {
  const sandbox = await startOnAnyPort(process.env.PORT)
  let isEnding = false
  let program: Promise<unknown> | undefined
  const end = async () => {
    isEnding = true
    await Promise.all(itchat.instanceList.map((instance) => instance.close()))
    // Give the program time for its own cleanup, such as removing files.
    await Promise.race([program, delay(CLEANUP_MS, undefined, { ref: false })]).catch(() => {})
    await sandbox.close()
  }
  endWhenInterrupted(terminal, end, strings().endingBot)
  process.env.ITCHAT_BASE_URL = sandbox.url
  if (ilink) process.env.ITCHAT_TRANSPORT = 'ilink'
  printBanner(
    terminal,
    pageUrl(sandbox, ilink),
    name === '' ? strings().withDemo : strings().withProgram(name),
    strings().howToDemo,
  )
  await printSandboxLines(sandbox, terminal)
  try {
    program = startBot()
    await program
    if (!isEnding) terminal.write(`  ${terminal.style(terminal.sign('!'), 'yellow')} ${strings().programEnded}`)
  } catch (error) {
    // Pressing Ctrl-C while the QR code is waiting to be scanned makes the login fail, which is expected.
    if (isEnding) return
    await sandbox.close()
    throw error
  }
}

/**
 * Starts on the requested port. If none was requested, starts on the default port, or on any free port if the default
 * is in use.
 */
async function startOnAnyPort(requested: string | undefined): Promise<Sandbox> {
  if (requested !== undefined && requested !== '') {
    const port = readPort(requested)
    if (port === undefined) {
      throw new UsageError(`Invalid PORT ${JSON.stringify(requested)}: expected a number from 0 to 65535.`)
    }
    return startSandbox({ port })
  }
  try {
    return await startSandbox()
  } catch (error) {
    if (!(error instanceof PortInUseError)) throw error
    return startSandbox({ port: 0 })
  }
}
