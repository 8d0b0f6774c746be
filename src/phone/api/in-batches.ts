const FRAME_MS = 16

/** Passes on the items of one frame together, so that a flood of events is rendered once per frame. */
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
    // No animation frames: background pages do not get them.
    if (pending.length === 1) setTimeout(flush, Math.max(0, flushedAt + FRAME_MS - performance.now()))
  }
}
