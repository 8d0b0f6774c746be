import { type Sandbox, SandboxError, startSandbox, type TranscriptRecording } from '../../sandbox/index.js'
import { oneLine } from '../../util/one-line.js'
import { qrMatrix, qrTerminal } from '../../util/qr.js'
import { printBanner } from '../banner.js'
import { UsageError } from '../explain.js'
import { pageUrl } from '../page-url.js'
import { printSandboxLines } from '../sandbox-lines.js'
import { strings } from '../strings.js'
import { Terminal } from '../terminal.js'
import { endWhenInterrupted } from '../until-interrupted.js'
import { replayInSandbox } from './sandbox-replay.js'

interface RunSandboxOptions {
  port?: number
  host?: string
  world?: 'zh' | 'en'
  accounts?: number
  autoLogin?: boolean
  ilink?: boolean
  record?: string
  replay?: string
  speed: 'real' | 'full'
}

/** `itchat sandbox`: runs a local WeChat server until Ctrl-C is pressed. */
export async function runSandbox({
  record,
  replay,
  speed,
  accounts = 1,
  ...options
}: RunSandboxOptions): Promise<void> {
  if (replay !== undefined) {
    await replayInSandbox({ file: replay, speed, sandbox: options })
    return
  }
  const terminal = new Terminal(process.stderr)
  const sandbox = await startSandbox(options)
  while (sandbox.accounts.length < accounts) sandbox.addAccount()
  const recording = record === undefined ? undefined : await startRecording(sandbox, record)
  endWhenInterrupted(terminal, () => sandbox.close())
  const { ilink = false } = options
  printBanner(terminal, pageUrl(sandbox, ilink), strings().alone, strings().howToAlone(sandbox.url, ilink))
  printHostUrl(sandbox, terminal)
  if (record !== undefined) {
    const owner = accounts > 1 ? oneLine(sandbox.owner.name) : ''
    terminal.write(`  ${strings().recording(oneLine(record), owner)}\n`)
  }
  const unsubscribe = sandbox.on('recording', () => {
    if (!recording?.isFull) return
    unsubscribe()
    terminal.write(`  ${terminal.style(terminal.sign('!'), 'yellow')} ${strings().recordingFull}`)
  })
  await printSandboxLines(sandbox, terminal)
}

/** Records until the sandbox is closed. */
async function startRecording(sandbox: Sandbox, file: string): Promise<TranscriptRecording> {
  try {
    return sandbox.record(file)
  } catch (error) {
    await sandbox.close()
    throw error instanceof SandboxError ? new UsageError(error.message) : error
  }
}

/** Prints the address of the page for a phone, and a QR code of it. */
function printHostUrl(sandbox: Sandbox, terminal: Terminal): void {
  const { hostUrl } = sandbox
  if (hostUrl === undefined) return
  const print = (label: string, url: string) =>
    terminal.write(`  ${label}  ${terminal.style(url, 'blue', 'underline')}`)
  print(strings().otherDevice, hostUrl)
  for (const line of qrTerminal(qrMatrix(hostUrl), 1, 2)) terminal.write(`  ${line}`)
  terminal.write()
  sandbox.onHostUrl((url) => print(strings().nextDevice, url))
}
