import type { DiffRow } from './compare.js'
import { escapeControls } from './escape.js'

/** A difference between a transcript and its replay. */
export type TranscriptDifference =
  | {
      /** The messages that the program sent to this chat differ. */
      readonly type: 'messages'
      readonly chatId: string
      readonly chatName: string
      /** All messages of both sides, in order. */
      readonly rows: readonly DiffRow[]
    }
  | {
      /** The line could not be replayed, such as a login that the program did not request. */
      readonly type: 'notReplayed'
      /** Number of the line in the transcript. */
      readonly line: number
      readonly reason: string
    }

/** What a line of a report shows. */
export type ReportLine = DiffRow['type'] | 'heading' | 'notReplayed'

/** Number of equal messages shown before and after a difference. */
const CONTEXT = 2

const SIGNS = { same: '  ', missing: '- ', unexpected: '+ ' } as const

/**
 * Formats differences for people, one line each: `-` marks messages that are only in the transcript, `+` those that
 * were sent only during the replay. Invisible characters are escaped.
 *
 * @param paint colors a line; by default, the text is plain
 */
export function formatDifferences(
  differences: readonly TranscriptDifference[],
  paint: (text: string, line: ReportLine) => string = (text) => text,
): string {
  const lines = differences.flatMap((difference) => {
    if (difference.type === 'notReplayed') {
      return [paint(`Line ${difference.line}: ${escapeControls(difference.reason)}`, 'notReplayed')]
    }
    const { chatName, chatId, rows } = difference
    const heading = chatName === '' ? escapeControls(chatId) : `${escapeControls(chatName)} (${escapeControls(chatId)})`
    return [paint(heading, 'heading'), ...formatRows(rows, paint)]
  })
  return lines.join('\n')
}

function formatRows(rows: readonly DiffRow[], paint: (text: string, line: ReportLine) => string): string[] {
  const isNear = (index: number) => {
    return rows.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ type }) => type !== 'same')
  }
  const lines: string[] = []
  let isHiding = false
  rows.forEach((row, index) => {
    const isShown = isNear(index)
    if (isShown) {
      const line = row.type === 'missing' && row.line !== undefined ? `  (line ${row.line})` : ''
      lines.push(paint(`  ${SIGNS[row.type]}${row.text}${line}`, row.type))
    } else if (!isHiding) lines.push(paint('    …', 'same'))
    isHiding = !isShown
  })
  return lines
}
