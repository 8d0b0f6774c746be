import { QUIET, qrPath } from './qr-path.js'

interface Props {
  /** Rows of modules: `1` dark, `0` light. */
  rows: readonly string[]
  label: string
  /** Whether the code is no longer valid and is therefore drawn pale. */
  dimmed?: boolean
}

const SIZE = 268

/** A QR code, dark on white in both themes, with its quiet zone of four modules. */
export function Qr({ rows, label, dimmed = false }: Props) {
  const across = rows.length + 2 * QUIET
  // A whole number of pixels per module keeps the edges sharp.
  const size = Math.floor(SIZE / across) * across
  return (
    <svg
      class="qr-code"
      role="img"
      aria-label={label}
      width={size}
      height={size}
      viewBox={`0 0 ${across} ${across}`}
      shape-rendering="crispEdges"
    >
      <title>{label}</title>
      <path fill="#fff" d={`M0 0h${across}v${across}H0z`} />
      <path fill={dimmed ? '#d9dcda' : '#14211a'} d={qrPath(rows)} />
    </svg>
  )
}
