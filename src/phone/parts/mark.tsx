import { useId } from 'preact/hooks'

/** The project's logo: a sandbox shaped like a speech bubble. */
export function Mark({ size = 32 }: { size?: number }) {
  const clip = useId()
  return (
    <svg class="mark" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <clipPath id={clip}>
        <path d="M9.5 2h13A6.5 6.5 0 0 1 29 8.5v9a6.5 6.5 0 0 1-6.5 6.5H13l-6.2 5.2a1 1 0 0 1-1.7-.8v-4.9A6.5 6.5 0 0 1 3 17.5v-9A6.5 6.5 0 0 1 9.5 2z" />
      </clipPath>
      <g clip-path={`url(#${clip})`}>
        <path fill="#0b7d4c" d="M0 0h32v32H0z" />
        <circle cx="22" cy="8.6" r="2.5" fill="#fff" />
        <path fill="#f2dfb4" d="M0 15.500c4-3.5 8-3.5 12-.8s9 3 20-2.700V32H0z" />
        <path fill="#ddb774" d="M0 20c6-2.6 9 .6 15 .6S26 18 32 16.500V32H0z" />
      </g>
    </svg>
  )
}
