import type { TestProject } from 'vitest/node'

/** The generated inputs are the same in every run, so that a failure is caused by the change that is tested. */
const DEFAULT_SEED = 20_261_128

/** Prints the seed for the run. `ITCHAT_TEST_SEED` chooses another: an integer, or `random` for a new one. */
export function setup(project: TestProject): void {
  const { ITCHAT_TEST_SEED: chosen = DEFAULT_SEED } = process.env
  const seed = chosen === 'random' ? Date.now() | 0 : Number(chosen)
  if (!Number.isInteger(seed)) throw new Error(`Invalid ITCHAT_TEST_SEED "${chosen}": expected an integer or random.`)
  process.stdout.write(`Seed for the property tests: ITCHAT_TEST_SEED=${seed}\n`)
  project.provide('seed', seed)
}
