const SIDE = 120

/** The size of a picture fitted into 120 by 120; a square when its own is not known. */
export function thumbSize({ width, height }: { width?: number; height?: number }): { width: number; height: number } {
  if (!width || !height) return { width: SIDE, height: SIDE }
  const scale = Math.min(1, SIDE / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}
