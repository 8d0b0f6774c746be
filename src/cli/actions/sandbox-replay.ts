import {
  formatDifferences,
  type ReportLine,
  readTranscript,
  type SandboxOptions,
  startSandbox,
} from '../../sandbox/index.js'
import { oneLine } from '../../util/one-line.js'
import { printBanner } from '../banner.js'
import { pageUrl } from '../page-url.js'
import { printSandboxLines } from '../sandbox-lines.js'
import { strings } from '../strings.js'
import { Terminal } from '../terminal.js'
import { endWhenInterrupted } from '../until-interrupted.js'

/** The exit code of a process that ended because of Ctrl-C. */
const INTERRUPTED = 130

interface ReplayInSandboxOptions {
  /** The transcript. */
  file: string
  speed: 'real' | 'full'
  sandbox: SandboxOptions
}

/**
 * `itchat sandbox --replay`: replays a transcript against the program that logs in, and prints the differences to
 * standard output. The exit code is 1 if there are any.
 */
export async function replayInSandbox({ file, speed, sandbox: options }: ReplayInSandboxOptions): Promise<void> {
  const terminal = new Terminal(process.stderr)
  const transcript = readTranscript(file)
  const { isIlink } = transcript
  const sandbox = await startSandbox({ ...options, world: transcript.world })
  let isInterrupted = false
  endWhenInterrupted(terminal, async () => {
    isInterrupted = true
    await sandbox.close()
    process.exit(INTERRUPTED)
  })
  const title = strings().replaying(oneLine(file))
  printBanner(terminal, pageUrl(sandbox, isIlink), title, strings().howToAlone(sandbox.url, isIlink))
  await printSandboxLines(sandbox, terminal)
  try {
    const { differences, sentCount } = await sandbox.replay(transcript, {
      speed,
      loginTimeoutMs: Number.POSITIVE_INFINITY,
    })
    const report = new Terminal(process.stdout)
    if (differences.length === 0) report.write(report.style(strings().replayEqual(sentCount), 'green'))
    else report.write(formatDifferences(differences, (text, line) => paint(report, text, line)))
    process.exitCode = differences.length === 0 ? 0 : 1
  } catch (error) {
    if (!isInterrupted) throw error
  } finally {
    await sandbox.close()
  }
}

function paint(report: Terminal, text: string, line: ReportLine): string {
  if (line === 'same') return report.style(text, 'dim')
  if (line === 'heading') return report.style(text, 'bold')
  return report.style(text, line === 'unexpected' ? 'green' : 'red')
}
