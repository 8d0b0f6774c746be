import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    isBuilt: boolean
  }
}

/** Fails a test of a built program whose sources have changed since: it would pass or fail for code that is gone. */
export function needsBuild(): void {
  if (!inject('isBuilt'))
    throw new Error('dist is older than its sources: run `npm run build`, or the tests by `npm test`.')
}
