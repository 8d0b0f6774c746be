import { type FaultView, faultRow } from '../../sandbox/control/view.js'
import { numberOf } from './choices.js'

/** The statement that adds a fault like this one in a test. */
export function testCode(fault: FaultView): string {
  const { kind, path, count, probability, seed } = fault
  const { parameter } = faultRow(kind)
  const chance = probability < 1
  const fields = [
    `kind: '${kind}'`,
    ...(parameter ? [`${parameter.name}: ${numberOf(fault)}`] : []),
    ...(path === undefined ? [] : [`path: ${literal(path)}`]),
    ...(count === null ? (chance ? [] : ['count: Infinity']) : count === 1 && !chance ? [] : [`count: ${count}`]),
    ...(chance ? [`probability: ${probability}`] : []),
    // Without chance it still decides what a reply is spoilt into.
    ...(chance || (kind === 'wrongTypes' && seed !== 1) ? [`seed: ${seed}`] : []),
  ]
  return `sandbox.faults.add({ ${fields.join(', ')} })`
}

/** An expression of a test stands in the view as it is written in code. */
function literal(path: string): string {
  const isExpression = /^\/(?:[^/\\]|\\.)+\/[dimsuv]*$/.test(path)
  return isExpression ? path : `'${path.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
