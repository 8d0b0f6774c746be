import { createInterface } from 'node:readline'
import { inLanguage } from './language.js'

/** Whether a person can read questions on standard error and type answers on standard input. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true
}

/**
 * Asks for the number of one of the lines above. Resolves to its index; `undefined` for an empty answer or at the end of
 * the input.
 *
 * The mode of the terminal does not change, so that Ctrl-C still interrupts the command.
 */
export async function askForNumber(count: number, signal: AbortSignal): Promise<number | undefined> {
  const question = inLanguage({
    zh: `输入编号（1–${count}），直接按回车取消：`,
    en: `Number (1–${count}), or Enter to cancel: `,
  })
  signal.throwIfAborted()
  const lines = createInterface({ input: process.stdin, terminal: false })
  const close = () => lines.close()
  signal.addEventListener('abort', close, { once: true })
  try {
    process.stderr.write(question)
    for await (const line of lines) {
      const answer = line.trim()
      if (answer === '') return undefined
      const number = Number(answer)
      if (Number.isInteger(number) && number >= 1 && number <= count) return number - 1
      process.stderr.write(question)
    }
  } finally {
    close()
    signal.removeEventListener('abort', close)
  }
  signal.throwIfAborted()
  // At the end of the input, the cursor is still beside the question.
  process.stderr.write('\n')
  return undefined
}
