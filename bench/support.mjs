import { fork } from 'node:child_process'

const MIB = 1024 * 1024

/** Starts a sandbox in its own process. Resolves to its URL and functions to control it. */
export async function startSandboxProcess(options = {}) {
  const child = fork(new URL('sandbox-process.mjs', import.meta.url))
  child.send({ start: options })
  const pending = new Map()
  let nextId = 0
  const url = await new Promise((resolve) => {
    child.on('message', ({ url, id, result }) => {
      if (url) resolve(url)
      else pending.get(id)?.(result)
    })
  })
  return {
    url,
    call: (call, options) =>
      new Promise((resolve) => {
        pending.set(nextId, resolve)
        child.send({ id: nextId++, call, options })
      }),
    stop: () => child.kill(),
  }
}

/** Runs `work` and resolves to its duration and the peak growth in resident memory. */
export async function measure(work) {
  globalThis.gc?.()
  const before = process.memoryUsage.rss()
  let peak = before
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }, 20)
  const startedAt = performance.now()
  await work()
  const ms = performance.now() - startedAt
  clearInterval(watch)
  return { ms: Math.round(ms), grewMiB: Math.round((Math.max(peak, process.memoryUsage.rss()) - before) / MIB) }
}

export const silent = { debug() {}, info() {}, warn() {}, error() {} }
