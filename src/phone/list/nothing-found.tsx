import { useStrings } from '../hooks/use-strings.js'

/** A list with no rows, and the way back to some. */
export function NothingFound({ searched, onClear }: { searched: boolean; onClear: () => void }) {
  const strings = useStrings()
  return (
    <div class="nothing-found" role="status">
      <p>{searched ? strings.nothingFound : strings.noChats}</p>
      <button type="button" class="button small" onClick={onClear}>
        {searched ? strings.clearSearch : strings.showAll}
      </button>
    </div>
  )
}
