import { isBuilt } from '../../scripts/setup.mjs'

/** Lets the tests of built programs know whether dist is what src says. @param {import('vitest/node').TestProject} project */
export function setup(project) {
  project.provide('isBuilt', isBuilt())
}
