/** A Markdown code fence that is open at some point of a text. */
export interface Fence {
  /** The line that opens it, without its line end. */
  open: string
  /** The line that closes it. */
  close: string
}

const OPENING = /^( {0,3})(`{3,}(?!.*`)|~{3,})/
const CLOSING = /^ {0,3}(`{3,}|~{3,})\s*$/

/**
 * Returns the fence that is open after a line.
 *
 * @param fence the fence that is open before it
 * @param maxLength lines longer than this do not count as fences, so that repeating one leaves room for text
 */
export function fenceAfter(line: string, fence: Fence | undefined, maxLength: number): Fence | undefined {
  if (line.length > maxLength) return fence
  const open = line.trimEnd()
  if (fence) {
    const [, marker = ''] = CLOSING.exec(open) ?? []
    const opened = fence.close.trimStart()
    return marker.startsWith(opened) ? undefined : fence
  }
  const [, indentation = '', marker] = OPENING.exec(open) ?? []
  return marker === undefined ? undefined : { open, close: indentation + marker }
}
