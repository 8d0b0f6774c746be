import { fork } from 'node:child_process'

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

export const silent = { debug() {}, info() {}, warn() {}, error() {} }
