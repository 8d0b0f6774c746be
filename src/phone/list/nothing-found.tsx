import { useWords } from '../hooks/use-words.js'

/** A list with no rows, and the way back to some. */
export function NothingFound({ searched, onClear }: { searched: boolean; onClear: () => void }) {
  const words = useWords()
  return (
    <div class="nothing-found" role="status">
      <p>{searched ? words.nothingFound : words.noChats}</p>
      <button type="button" class="button small" onClick={onClear}>
        {searched ? words.clearSearch : words.showAll}
      </button>
    </div>
  )
}
