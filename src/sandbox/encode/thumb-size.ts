const SIDE = 120

/** The size of a picture scaled down to fit into 120 by 120 pixels. If its size is unknown, the result is a square. */
export function thumbSize({ width, height }: { width?: number; height?: number }): { width: number; height: number } {
  if (!width || !height) return { width: SIDE, height: SIDE }
  const scale = Math.min(1, SIDE / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}
