// How time and memory are measured.

/** Wall and processor time of work. */
export async function measure(work) {
  const cpu = process.cpuUsage()
  const startedAt = performance.now()
  const result = await work()
  const ms = performance.now() - startedAt
  const { user, system } = process.cpuUsage(cpu)
  return { ms, cpuMs: (user + system) / 1_000, result }
}

export const MIB = 1024 * 1024
export const memory = () => {
  globalThis.gc()
  globalThis.gc()
  return process.memoryUsage.rss()
}

/** Time, and by how much resident memory grew at most. */
export async function watched(work) {
  const before = memory()
  let peak = before
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }, 20)
  const { ms } = await measure(work)
  clearInterval(watch)
  return { ms, grownMiB: (Math.max(peak, process.memoryUsage.rss()) - before) / MIB }
}
