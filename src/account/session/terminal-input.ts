import { createInterface } from 'node:readline'

/** Whether somebody can read lines written to standard error and type lines on standard input. */
export function hasTerminal(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true
}

/**
 * Reads a line from standard input; resolves to `undefined` when the input has ended.
 *
 * The mode of the terminal does not change, so that Ctrl-C still ends the program.
 *
 * @throws the signal's reason when it aborts first
 */
export async function readLine(prompt: string, signal: AbortSignal): Promise<string | undefined> {
  signal.throwIfAborted()
  const { stdin, stderr } = process
  const wasFlowing = stdin.readableFlowing === true
  const lines = createInterface({ input: stdin, terminal: false })
  try {
    stderr.write(prompt)
    return await new Promise<string | undefined>((resolve, reject) => {
      const abort = () => {
        // Whatever is printed next starts on its own line.
        stderr.write('\n')
        reject(signal.reason)
      }
      signal.addEventListener('abort', abort, { once: true })
      const finish = (line?: string) => {
        signal.removeEventListener('abort', abort)
        resolve(line)
      }
      lines.once('line', finish)
      lines.once('close', () => finish())
    })
  } finally {
    lines.close()
    // Closing pauses the input, which the program may be reading itself.
    if (wasFlowing) stdin.resume()
  }
}
