/** Width of the quiet zone around a QR code, in modules. */
export const QUIET = 4

/** An SVG path with one rectangle per run of dark modules, offset by the quiet zone. */
export function qrPath(rows: readonly string[]): string {
  return rows
    .flatMap((row, y) =>
      [...row.matchAll(/1+/g)].map((run) => {
        const width = run[0].length
        return `M${run.index + QUIET} ${y + QUIET}h${width}v1h-${width}z`
      }),
    )
    .join('')
}
