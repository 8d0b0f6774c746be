import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { Empty } from '../parts/empty.js'
import { Banner } from './banner.js'

/** Loading screen, shown until the first state has been loaded. */
export function Opening() {
  const strings = useStrings()
  const failed = useStore((state) => !state.link.up)
  return (
    <div class="opening">
      <Banner />
      <main>
        {failed ? (
          <Empty title={strings.noAnswer} text={strings.noAnswerText} />
        ) : (
          <p class="quiet" role="status">
            {strings.loading}
          </p>
        )}
      </main>
    </div>
  )
}
