import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    isBuilt: boolean
  }
}

/** Makes a test of a built program fail if the sources have changed since the build, because it would test old code. */
export function needsBuild(): void {
  if (!inject('isBuilt'))
    throw new Error('dist is older than its sources. Run `npm run build`, or run the tests with `npm test`.')
}
