import { PYTHON_NAMES } from './names.js'

/**
 * Adds getters with Python names for the members of `object`. Objects that inherit from it have them, too. The getters
 * are not enumerable and return the current value of the member.
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
