type Box = { width: number; height: number }

const UNKNOWN: Box = { width: 210, height: 158 }
const MIN = 48

/** The size something is drawn in, known before it has come: no larger than itself nor than `most`. */
export function fitBox(
  { width, height }: { width?: number | undefined; height?: number | undefined },
  most: Box = { width: 210, height: 280 },
  unknown: Box = UNKNOWN,
): Box {
  if (!width || !height || width < 0 || height < 0) return unknown
  const scale = Math.min(1, most.width / width, most.height / height)
  return { width: side(width * scale, most.width), height: side(height * scale, most.height) }
}

/** A size as a style. */
export function boxStyle({ width, height }: Box): { width: string; height: string } {
  return { width: `${width}px`, height: `${height}px` }
}

/** A very long or very small one still can be seen and pressed. */
function side(length: number, most: number): number {
  return Math.min(most, Math.max(MIN, Math.round(length)))
}
