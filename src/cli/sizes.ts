const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const
const UNIT_BYTES = 1024

/** Formats a size, such as `86 KB` or `1.4 MB`. */
export function formatSize(sizeBytes: number): string {
  const unit = unitOf(sizeBytes)
  return `${inUnit(sizeBytes, unit)} ${UNITS[unit]}`
}

/** Formats a part of a size, with both in the same unit, such as `128/312 MB`. */
export function formatShare(doneBytes: number, totalBytes: number): string {
  const unit = unitOf(totalBytes)
  return `${inUnit(doneBytes, unit)}/${inUnit(totalBytes, unit)} ${UNITS[unit]}`
}

function unitOf(sizeBytes: number): number {
  let unit = 0
  // Rounded sizes such as 1024 KB are shown in the next unit.
  while (unit < UNITS.length - 1 && Math.round(sizeBytes / UNIT_BYTES ** unit) >= UNIT_BYTES) unit++
  return unit
}

/** Two digits are enough: one decimal below 10, none above. */
function inUnit(sizeBytes: number, unit: number): string {
  const value = sizeBytes / UNIT_BYTES ** unit
  return unit === 0 || value >= 9.95 ? String(Math.round(value)) : value.toFixed(1).replace(/\.0$/, '')
}

/** Formats a duration in seconds, such as `0.3 s`, `17 s` or `2 min 5 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1).replace(/\.0$/, '')} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  return whole % 60 === 0 || minutes >= 60 ? `${minutes} min` : `${minutes} min ${whole % 60} s`
}
