import { useMemo } from 'preact/hooks'
import type { MessageView } from '../../sandbox/control/view.js'
import { useStore } from '../hooks/use-store.js'
import { strangersOf } from '../list/strangers.js'
import type { FormPlace } from './forms.js'

/** What the forms of a chat are filled from; `first` leads where it is among them. */
export function useFormPlace(speaker: string, first: string, quoted?: MessageView): FormPlace {
  const people = useStore((state) => state.people)
  const owner = useStore((state) => state.owner)
  return useMemo(() => {
    const leading = (id: string) => (id === first ? 0 : 1)
    const strangers = strangersOf({ people, owner }).toSorted((a, b) => leading(a.id) - leading(b.id))
    const known = Object.values(people).filter((one) => one.kind !== 'builtin' && one.id !== owner)
    return {
      speaker,
      // Recommending the chat's own person says little.
      people: known.toSorted((a, b) => leading(b.id) - leading(a.id)),
      strangers,
      quoted,
    }
  }, [people, owner, speaker, first, quoted])
}
