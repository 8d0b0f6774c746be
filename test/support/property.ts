import fc from 'fast-check'
import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    seed: number
  }
}

fc.configureGlobal({ seed: inject('seed') })

/** fast-check with the seed for this run, which is printed on the first line of the output. */
export default fc
