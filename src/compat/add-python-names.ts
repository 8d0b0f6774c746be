import { PYTHON_NAMES } from './names.js'

/**
 * Adds getters for the Python names of the members of `object` and the objects that inherit from it. They are not
 * enumerable, and return the current value of the member.
 */
export function addPythonNames(object: object): void {
  for (const [python, name] of Object.entries(PYTHON_NAMES)) {
    if (!(name in object) || python in object) continue
    Object.defineProperty(object, python, {
      configurable: true,
      get(this: Record<string, unknown>) {
        return this[name]
      },
    })
  }
}
