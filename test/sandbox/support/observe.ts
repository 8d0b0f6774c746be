import type { Sandbox } from '../../../src/sandbox/index.js'

/** Resolves once the sandbox has answered the next `count` requests of an endpoint, or lost their connections. */
export function ended(sandbox: Sandbox, endpoint: string, count = 1): Promise<void> {
  let left = count
  return new Promise((resolve) => {
    const remove = sandbox.on('request', (request) => {
      if (request.endpoint !== endpoint || request.status === undefined || --left > 0) return
      remove()
      resolve()
    })
  })
}

/** The distinct texts of the warnings so far. */
export function warningTexts(sandbox: Sandbox): Set<string> {
  return new Set(sandbox.warnings.map(({ text }) => text))
}
