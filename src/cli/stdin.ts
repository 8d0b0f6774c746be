import { CommandError } from './explain.js'

/** Longer texts are unlikely to be messages. */
export const MAX_STDIN_BYTES = 256 * 1024

/**
 * Reads a text from standard input, without the line break at its end.
 *
 * @throws CommandError for a text that is too long, or binary data
 */
export async function readTextFromStdin(messages: { tooLong: string; notUtf8: string }): Promise<string> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length
    if (sizeBytes > MAX_STDIN_BYTES) throw new CommandError(messages.tooLong)
    chunks.push(chunk)
  }
  const bytes = Buffer.concat(chunks)
  if (bytes.includes(0)) throw new CommandError(messages.notUtf8)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r?\n$/, '')
  } catch (cause) {
    throw new CommandError(messages.notUtf8, { cause })
  }
}
