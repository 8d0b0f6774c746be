import { useStore } from '../hooks/use-store.js'
import { useWords } from '../hooks/use-words.js'
import { Empty } from '../parts/empty.js'
import { Banner } from './banner.js'

/** Before the first state has come. */
export function Opening() {
  const words = useWords()
  const failed = useStore((state) => !state.link.up)
  return (
    <div class="opening">
      <Banner />
      <main>
        {failed ? (
          <Empty title={words.noAnswer} text={words.noAnswerText} />
        ) : (
          <p class="quiet" role="status">
            {words.loading}
          </p>
        )}
      </main>
    </div>
  )
}
