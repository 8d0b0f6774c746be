import { useStrings } from '../hooks/use-strings.js'

const MIN_PX = 320
const MAX_PX = 640
const DEFAULT_PX = 392
const STEP_PX = 16
const STORED = 'itchat-sandbox.inspectorWidth'
const PROPERTY = '--inspector-width'

/** Applies the width that was chosen on an earlier visit. */
export function restoreWidth(): void {
  try {
    setWidth(Number(localStorage.getItem(STORED)) || DEFAULT_PX)
  } catch {
    // The page works without storage.
  }
}

/** The inner edge of the inspector: dragging it changes the width, a double click resets it. */
export function ResizeHandle() {
  const strings = useStrings()
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be dragged
    <div
      class="inspector-edge"
      role="separator"
      aria-orientation="vertical"
      aria-label={strings.wireSize}
      aria-valuemin={MIN_PX}
      aria-valuemax={MAX_PX}
      aria-valuenow={width()}
      title={strings.wireSize}
      tabIndex={0}
      onDblClick={() => setWidth(DEFAULT_PX)}
      onKeyDown={(event) => {
        const by = event.key === 'ArrowLeft' ? STEP_PX : event.key === 'ArrowRight' ? -STEP_PX : 0
        if (by === 0) return
        event.preventDefault()
        setWidth(width() + by)
      }}
      onPointerDown={(event) => {
        event.preventDefault()
        event.currentTarget.setPointerCapture(event.pointerId)
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) setWidth(innerWidth - event.clientX)
      }}
    />
  )
}

function width(): number {
  return Number.parseInt(document.documentElement.style.getPropertyValue(PROPERTY), 10) || DEFAULT_PX
}

function setWidth(px: number): void {
  const next = Math.round(Math.min(Math.max(px, MIN_PX), MAX_PX))
  document.documentElement.style.setProperty(PROPERTY, `${next}px`)
  document.querySelector('.inspector-edge')?.setAttribute('aria-valuenow', String(next))
  try {
    localStorage.setItem(STORED, String(next))
  } catch {
    // The page works without storage.
  }
}
