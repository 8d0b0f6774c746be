import type { FaultView } from '../../sandbox/control/view.js'
import { useWords } from '../hooks/use-words.js'
import { Icon } from '../parts/icon.js'
import type { Words } from '../words/words.js'
import { faultName, numberOf } from './choices.js'

/** The faults that may still strike, and how often they did. */
export function ArmedList({
  faults,
  disabled,
  remove,
}: {
  faults: readonly FaultView[]
  disabled: boolean
  remove(id: string): void
}) {
  const words = useWords()
  if (faults.length === 0) return <p class="fault-none">{words.faultsNone}</p>
  return (
    <ul class="fault-armed" aria-label={words.faultsArmed}>
      {faults.map((fault) => {
        const name = faultName(words, fault.kind, numberOf(fault))
        return (
          <li key={fault.id}>
            <Icon name={fault.probability < 1 ? 'chance' : 'fault'} size={16} />
            <p>
              <strong>{name}</strong> <span class="fault-where">{fault.path ?? words.faultPathUsual}</span>
              <small>{facts(words, fault)}</small>
            </p>
            <button
              type="button"
              class="button small"
              aria-label={words.faultRemoveOne(name)}
              disabled={disabled}
              onClick={() => remove(fault.id)}
            >
              {words.faultRemove}
            </button>
          </li>
        )
      })}
    </ul>
  )
}

function facts(words: Words, { count, probability, seed, hits, requests }: FaultView): string {
  const left = count === null ? words.faultForever : words.faultLeft(count - hits)
  const chance = probability < 1 ? [`${Math.round(probability * 1000) / 10}%`, words.faultSeedIs(seed)] : []
  return [...(count === null && probability < 1 ? [] : [left]), ...chance, words.faultHits(hits, requests)].join(' · ')
}
