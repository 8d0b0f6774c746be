import { isBuilt } from '../../scripts/setup.mjs'

/**
 * Provides `isBuilt` to tests of built programs: whether dist is up to date with src.
 *
 * @param {import('vitest/node').TestProject} project
 */
export function setup(project) {
  project.provide('isBuilt', isBuilt())
}
