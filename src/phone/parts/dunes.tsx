/** Drawing for empty states: dunes, a sun and a speech bubble. */
export function Dunes() {
  return (
    <svg class="drawing" width="178" height="92" viewBox="0 0 178 92" aria-hidden="true">
      <circle cx="126" cy="18" r="17" fill="#f2c770" />
      <path
        fill="#ecd6a2"
        d="M0 72c14-16 38-36 62-22s42 34 68 24 38-14 48-20v26a12 12 0 0 1-12 12H12A12 12 0 0 1 0 80z"
      />
      <path fill="#ddb774" d="M0 74c20-12 46-10 70 0s58 14 108-16v22a12 12 0 0 1-12 12H12A12 12 0 0 1 0 80z" />
      <path
        fill="#0b7d4c"
        d="M50 18h34a9 9 0 0 1 9 9v15a9 9 0 0 1-9 9H62l-11 9V51h-1a9 9 0 0 1-9-9V27a9 9 0 0 1 9-9z"
      />
      <circle cx="57" cy="35" r="3" fill="#fff" />
      <circle cx="67" cy="35" r="3" fill="#fff" />
      <circle cx="77" cy="35" r="3" fill="#fff" />
    </svg>
  )
}
