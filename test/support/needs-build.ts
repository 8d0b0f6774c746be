import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    isBuilt: boolean
  }
}

/** Fails a test of a built program if its sources have changed since the build: the result would be that of old code. */
export function needsBuild(): void {
  if (!inject('isBuilt'))
    throw new Error('dist is older than its sources. Run `npm run build`, or run the tests with `npm test`.')
}
