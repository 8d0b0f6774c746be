import { useRef, useState } from 'preact/hooks'

interface DropHandlers {
  onDragEnter(event: DragEvent): void
  onDragOver(event: DragEvent): void
  onDragLeave(): void
  onDrop(event: DragEvent): void
  onPaste(event: ClipboardEvent): void
}

/** Accepts dropped and pasted files. `over` is true while files are being dragged over the target. */
export function useDrop(onFiles: ((files: File[]) => void) | undefined): { over: boolean; handlers: DropHandlers } {
  const [over, setOver] = useState(false)
  // Child elements also fire enter and leave events, so these are counted.
  const depth = useRef(0)
  const hasFiles = (event: DragEvent) => onFiles !== undefined && event.dataTransfer?.types.includes('Files') === true
  const end = () => {
    depth.current = 0
    setOver(false)
  }
  return {
    over,
    handlers: {
      onDragEnter(event) {
        if (!hasFiles(event)) return
        event.preventDefault()
        depth.current++
        setOver(true)
      },
      onDragOver(event) {
        if (!hasFiles(event)) return
        event.preventDefault()
        if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy'
      },
      onDragLeave() {
        if (depth.current > 0 && --depth.current === 0) end()
      },
      onDrop(event) {
        if (!hasFiles(event)) return
        event.preventDefault()
        end()
        onFiles?.([...(event.dataTransfer?.files ?? [])])
      },
      onPaste(event) {
        const files = [...(event.clipboardData?.files ?? [])]
        if (!onFiles || files.length === 0) return
        event.preventDefault()
        onFiles(files)
      },
    },
  }
}
