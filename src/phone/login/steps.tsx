import { useStrings } from '../hooks/use-strings.js'
import { Icon } from '../parts/icon.js'

/** The steps of a login. `step` counts from 1; 0 means that no login is in progress. */
export function Steps({ names, step }: { names: readonly string[]; step: number }) {
  const strings = useStrings()
  return (
    <ol class="steps" aria-label={strings.stepsName}>
      {names.map((name, index) => {
        const number = index + 1
        const state = number < step ? 'done' : number === step ? 'now' : 'next'
        return (
          <li key={number} class={`step ${state}`} aria-current={state === 'now' ? 'step' : undefined}>
            <span class="step-sign">{state === 'done' ? <Icon name="check" size={12} /> : number}</span>
            <span class="step-name">{name}</span>
          </li>
        )
      })}
    </ol>
  )
}
