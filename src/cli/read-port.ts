/** Parses a port number; `undefined` when invalid. */
export function readPort(value: string): number | undefined {
  const port = Number(value)
  return /^\d{1,5}$/.test(value) && port <= 65_535 ? port : undefined
}
