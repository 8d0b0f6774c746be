import { useMemo } from 'preact/hooks'
import { CLAWBOT, type MessageView } from '../../sandbox/control/view.js'
import { useStore } from '../hooks/use-store.js'
import { strangersOf } from '../list/strangers.js'
import type { FormPlace } from './forms.js'

/**
 * Returns the context for the forms of a chat. The person with the id `first` is listed first among the strangers and last
 * among the people.
 */
export function useFormPlace(speaker: string, first: string, quoted?: MessageView, selected?: string): FormPlace {
  const people = useStore((state) => state.people)
  const owner = useStore((state) => state.owner)
  return useMemo(() => {
    const rank = (id: string) => (id === first ? 0 : 1)
    const strangers = strangersOf({ people, owner }).toSorted((a, b) => rank(a.id) - rank(b.id))
    const known = Object.values(people).filter(({ id, kind }) => kind !== 'builtin' && id !== owner)
    return {
      speaker,
      // The chat's own person comes last: recommending a contact to themselves makes little sense.
      people: known.toSorted((a, b) => rank(b.id) - rank(a.id)),
      strangers,
      quoted,
      selected,
      isClawbot: first === CLAWBOT,
    }
  }, [people, owner, speaker, first, quoted, selected])
}
