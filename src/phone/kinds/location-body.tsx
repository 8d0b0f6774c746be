import type { ContentView } from '../../sandbox/control/view.js'

const BLOCK = 40

/** A place name above a drawn map. The streets shift with the coordinates; the pin is fixed. */
export function LocationBody({ content }: { content: ContentView<'location'> }) {
  const { latitude, longitude, label, placeName } = content
  const shift = (degrees: number) => Math.round(((Math.abs(degrees) * 1000) % 1) * BLOCK) - BLOCK / 2
  const coordinates = `${latitude.toFixed(6)}, ${longitude.toFixed(6)}`
  return (
    <div class="card location" title={coordinates}>
      <span class="card-body">
        <span class="card-name">{placeName || label || coordinates}</span>
        {placeName && label && <span class="card-more">{label}</span>}
      </span>
      <svg class="map drawing" viewBox="0 0 240 84" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
        <path fill="#e8e5dc" d="M0 0h240v84H0z" />
        <g transform={`translate(${shift(longitude)} ${shift(latitude) / 3})`}>
          <path fill="#cde4cf" d="M-40 70c40-18 78-12 110-6s46-30 84-46 70-14 130-22v120H-40z" />
          <path fill="none" stroke="#b8d4ea" stroke-width="7" d="M-40 88c60-14 120-4 180-8s80-14 150-20" />
          <g fill="none" stroke="#fff" stroke-width="9">
            <path d="M-40 22c60 4 90-6 150-8s110 4 180 20" />
            <path stroke-width="7" d="M66 -40c6 50-6 80 22 160M176 -40c-8 50 12 80 14 160" />
          </g>
        </g>
        <path fill="#0b7d4c" d="M120 62c-9-11-15-18-15-26a15 15 0 0 1 30 0c0 8-6 15-15 26z" />
        <circle cx="120" cy="36" r="5" fill="#fff" />
      </svg>
    </div>
  )
}
