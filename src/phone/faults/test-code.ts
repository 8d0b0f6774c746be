import { type FaultView, faultRow } from '../../sandbox/control/view.js'
import { parameterValue } from './choices.js'

/** Returns a statement that adds this fault in a test. */
export function testCode(fault: FaultView): string {
  const { kind, path, count, probability, seed } = fault
  const { parameter } = faultRow(kind)
  const chance = probability < 1
  const fields = [
    `kind: '${kind}'`,
    ...(parameter ? [`${parameter.name}: ${parameterValue(fault)}`] : []),
    ...(path === undefined ? [] : [`path: ${literal(path)}`]),
    ...(count === null ? (chance ? [] : ['count: Infinity']) : count === 1 && !chance ? [] : [`count: ${count}`]),
    ...(chance ? [`probability: ${probability}`] : []),
    // The seed also determines the mutations of `wrongTypes`.
    ...(chance || (kind === 'wrongTypes' && seed !== 1) ? [`seed: ${seed}`] : []),
  ]
  return `sandbox.faults.add({ ${fields.join(', ')} })`
}

/** Returns `path` as source code. A regular expression is already in that form; a string is quoted. */
function literal(path: string): string {
  const isExpression = /^\/(?:[^/\\]|\\.)+\/[dimsuv]*$/.test(path)
  return isExpression ? path : `'${path.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
