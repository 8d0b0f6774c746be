const FRAME_MS = 16

/** Hands over what comes within a frame together, so that a flood of events is drawn once, not each by itself. */
export function inBatches<Item>(take: (items: Item[]) => void): (item: Item) => void {
  let waiting: Item[] = []
  let takenAt = 0
  function flush(): void {
    const items = waiting
    waiting = []
    take(items)
    takenAt = performance.now()
  }
  return (item) => {
    waiting.push(item)
    // Not by animation frames: a page in the background gets none.
    if (waiting.length === 1) setTimeout(flush, Math.max(0, takenAt + FRAME_MS - performance.now()))
  }
}
