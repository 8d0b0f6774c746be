type Box = { width: number; height: number }

const UNKNOWN: Box = { width: 210, height: 158 }
const MIN = 48

/** Display size, known before the media has loaded: scaled down to fit `max`, but at least `MIN` on each side. */
export function fitBox(
  { width, height }: { width?: number | undefined; height?: number | undefined },
  max: Box = { width: 210, height: 280 },
  unknown: Box = UNKNOWN,
): Box {
  if (!width || !height || width < 0 || height < 0) return unknown
  const scale = Math.min(1, max.width / width, max.height / height)
  return { width: side(width * scale, max.width), height: side(height * scale, max.height) }
}

/** A size as an inline style. */
export function boxStyle({ width, height }: Box): { width: string; height: string } {
  return { width: `${width}px`, height: `${height}px` }
}

/** Keeps very narrow or very small images visible and clickable. */
function side(length: number, max: number): number {
  return Math.min(max, Math.max(MIN, Math.round(length)))
}
