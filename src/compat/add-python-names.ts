import { PYTHON_NAMES } from './names.js'

/**
 * Lets `object`, and what inherits from it, answer to the Python names of its members too. They stay out of sight of
 * `Object.keys`, and lead to what the member is at that moment.
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
