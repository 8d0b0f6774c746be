import { useContext } from 'preact/hooks'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { CopyBox } from '../parts/copy-box.js'
import { Empty } from '../parts/empty.js'
import { Banner } from './banner.js'
import { RetryContext } from './retry-context.js'

/** Loading screen, shown until the first state has been loaded. */
export function Opening() {
  const strings = useStrings()
  const retry = useContext(RetryContext)
  const failed = useStore((state) => !state.link.up)
  return (
    <div class="opening">
      <Banner />
      <main>
        {failed ? (
          <Empty title={strings.noAnswer} text={strings.noAnswerText}>
            <div class="copy-boxes">
              <CopyBox text="npm start" />
              <CopyBox text="npx itchat sandbox" />
            </div>
            <button type="button" class="button primary" onClick={retry}>
              {strings.reconnect}
            </button>
          </Empty>
        ) : (
          <div role="status">
            <h1 class="quiet">{strings.loading}</h1>
          </div>
        )}
      </main>
    </div>
  )
}
