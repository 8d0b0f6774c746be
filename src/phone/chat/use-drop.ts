import { useRef, useState } from 'preact/hooks'

interface DropHandlers {
  onDragEnter(event: DragEvent): void
  onDragOver(event: DragEvent): void
  onDragLeave(): void
  onDrop(event: DragEvent): void
  onPaste(event: ClipboardEvent): void
}

/** Files dropped or pasted somewhere; `over` while they hang above it. */
export function useDrop(take: ((files: File[]) => void) | undefined): { over: boolean; handlers: DropHandlers } {
  const [over, setOver] = useState(false)
  // Parts inside tell of coming and going too.
  const depth = useRef(0)
  const holdsFiles = (event: DragEvent) => take !== undefined && event.dataTransfer?.types.includes('Files') === true
  const end = () => {
    depth.current = 0
    setOver(false)
  }
  return {
    over,
    handlers: {
      onDragEnter(event) {
        if (!holdsFiles(event)) return
        event.preventDefault()
        depth.current++
        setOver(true)
      },
      onDragOver(event) {
        if (!holdsFiles(event)) return
        event.preventDefault()
        if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy'
      },
      onDragLeave() {
        if (depth.current > 0 && --depth.current === 0) end()
      },
      onDrop(event) {
        if (!holdsFiles(event)) return
        event.preventDefault()
        end()
        take?.([...(event.dataTransfer?.files ?? [])])
      },
      onPaste(event) {
        const files = [...(event.clipboardData?.files ?? [])]
        if (!take || files.length === 0) return
        event.preventDefault()
        take(files)
      },
    },
  }
}
