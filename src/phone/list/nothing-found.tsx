import { useStrings } from '../hooks/use-strings.js'

/** Placeholder for an empty list, with a button that clears the search and filter. */
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
