import type { FaultView } from '../../sandbox/control/view.js'
import { useStrings } from '../hooks/use-strings.js'
import type { Strings } from '../i18n/strings.js'
import { Icon } from '../parts/icon.js'
import { faultName, parameterValue } from './choices.js'

/** The armed faults with their hit counts. */
export function ArmedList({
  faults,
  disabled,
  remove,
}: {
  faults: readonly FaultView[]
  disabled: boolean
  remove(id: string): void
}) {
  const strings = useStrings()
  if (faults.length === 0) return <p class="fault-none">{strings.faultsNone}</p>
  return (
    <ul class="fault-armed" aria-label={strings.faultsArmed}>
      {faults.map((fault) => {
        const name = faultName(strings, fault.kind, parameterValue(fault))
        return (
          <li key={fault.id}>
            <Icon name={fault.probability < 1 ? 'chance' : 'fault'} size={16} />
            <p>
              <strong>{name}</strong> <span class="fault-where">{fault.path ?? strings.faultPathUsual}</span>
              <small>{details(strings, fault)}</small>
            </p>
            <button
              type="button"
              class="button small"
              aria-label={strings.faultRemoveOne(name)}
              disabled={disabled}
              onClick={() => remove(fault.id)}
            >
              {strings.faultRemove}
            </button>
          </li>
        )
      })}
    </ul>
  )
}

function details(strings: Strings, { count, probability, seed, hits, requests }: FaultView): string {
  const left = count === null ? strings.faultForever : strings.faultLeft(count - hits)
  const chance = probability < 1 ? [`${Math.round(probability * 1000) / 10}%`, strings.faultSeedIs(seed)] : []
  return [...(count === null && probability < 1 ? [] : [left]), ...chance, strings.faultHits(hits, requests)].join(
    ' · ',
  )
}
