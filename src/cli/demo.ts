import { setTimeout as delay } from 'node:timers/promises'
import itchat from '../index.js'
import { PortInUseError, type Sandbox, startSandbox } from '../sandbox/index.js'
import { printBanner } from './banner.js'
import { exitCodeOf, explain, UsageError } from './explain.js'
import { readPort } from './read-port.js'
import { printSandboxLines } from './sandbox-lines.js'
import { strings } from './strings.js'
import { Terminal } from './terminal.js'
import { endWhenInterrupted } from './until-interrupted.js'

/** What a program may still do after Ctrl-C. */
const LAST_STEPS_MS = 5_000

/** `npm start`: a sandbox, and a bot that logs in to it with the default instance. */
export async function runDemo(startBot: () => Promise<unknown>, name = ''): Promise<void> {
  const terminal = new Terminal(process.stderr)
  try {
    await demo(terminal, startBot, name)
  } catch (error) {
    terminal.write(`  ${terminal.style(terminal.sign('✗'), 'red')} ${explain(error)}`)
    process.exitCode = exitCodeOf(error)
  }
}

async function demo(terminal: Terminal, startBot: () => Promise<unknown>, name: string): Promise<void> {
  const sandbox = await startOnAnyPort(process.env.PORT)
  let isEnding = false
  let program: Promise<unknown> | undefined
  const end = async () => {
    isEnding = true
    await Promise.all(itchat.instanceList.map((instance) => instance.close()))
    // What the program does at its own end, such as removing files, is part of it.
    await Promise.race([program, delay(LAST_STEPS_MS, undefined, { ref: false })]).catch(() => {})
    await sandbox.close()
  }
  endWhenInterrupted(terminal, end, strings().endingBot)
  process.env.ITCHAT_BASE_URL = sandbox.url
  printBanner(
    terminal,
    sandbox.url,
    name === '' ? strings().withDemo : strings().withProgram(name),
    strings().howToDemo,
  )
  await printSandboxLines(sandbox, terminal)
  try {
    program = startBot()
    await program
    if (!isEnding) terminal.write(`  ${terminal.style(terminal.sign('!'), 'yellow')} ${strings().programEnded}`)
  } catch (error) {
    // Ctrl-C while the QR waits ends the login with an error; it is what was asked for.
    if (isEnding) return
    await sandbox.close()
    throw error
  }
}

/** A demo that is in the way of another still runs, unless it was told where. */
async function startOnAnyPort(wanted: string | undefined): Promise<Sandbox> {
  if (wanted !== undefined && wanted !== '') {
    const port = readPort(wanted)
    if (port === undefined) {
      throw new UsageError(`Invalid PORT ${JSON.stringify(wanted)}: expected a number from 0 to 65535.`)
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
