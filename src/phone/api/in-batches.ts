const FRAME_MS = 16

/** Collects items and handles them once per frame, so that a flood of events causes only one render per frame. */
export function inBatches<Item>(handle: (items: Item[]) => void): (item: Item) => void {
  let pending: Item[] = []
  let flushedAt = 0
  function flush(): void {
    const items = pending
    pending = []
    handle(items)
    flushedAt = performance.now()
  }
  return (item) => {
    pending.push(item)
    // A timer, because requestAnimationFrame does not fire in background pages.
    if (pending.length === 1) setTimeout(flush, Math.max(0, flushedAt + FRAME_MS - performance.now()))
  }
}
