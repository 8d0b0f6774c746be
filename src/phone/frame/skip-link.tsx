import { useStrings } from '../hooks/use-strings.js'

const TARGET = 'conversation'

/** The first stop of the Tab key, which skips the rail and the list. */
export function SkipLink() {
  const strings = useStrings()
  return (
    <a
      class="skip"
      href={`#${TARGET}`}
      onClick={(event) => {
        // Otherwise the browser's Back button would return from the link first.
        event.preventDefault()
        const target = document.getElementById(TARGET)
        if (!target) return
        // Only for now, so that a click into the conversation does not focus all of it.
        target.tabIndex = -1
        target.addEventListener('blur', () => target.removeAttribute('tabindex'), { once: true })
        target.focus()
      }}
    >
      {strings.skip}
    </a>
  )
}
