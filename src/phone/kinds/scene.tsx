const PALETTES = [
  { sky: '#dfe9d6', far: '#93b09a', near: '#5f8f6b', sun: '#f2c770' },
  { sky: '#f4dcc4', far: '#8b9fba', near: '#55696c', sun: '#fff0cf' },
  { sky: '#d9e4ee', far: '#a8b9cf', near: '#7286a3', sun: '#fbe3a6' },
  { sky: '#efe0b8', far: '#dcb65f', near: '#b98a3a', sun: '#fff7df' },
] as const

/** Drawn placeholder for an image hosted elsewhere, because the page loads nothing from other hosts. */
export function Scene({ seed }: { seed: string }) {
  let sum = 0
  for (let i = 0; i < seed.length; i++) sum = (sum * 31 + seed.charCodeAt(i)) >>> 0
  const { sky, far, near, sun } = PALETTES[sum % PALETTES.length] ?? PALETTES[0]
  return (
    <svg class="scene drawing" viewBox="0 0 120 68" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      <path fill={sky} d="M0 0h120v68H0z" />
      <circle cx={70 + (sum % 24)} cy="17" r="9" fill={sun} />
      <path fill={far} d="M0 52 30 24l24 20 22-15 44 27v12H0z" />
      <path fill={near} d="M0 60c22-12 40-9 62-3s40 4 58-5v16H0z" />
    </svg>
  )
}
