import type { ContentView } from '../../sandbox/control/view.js'
import { useStrings } from '../hooks/use-strings.js'
import { faceLetter, tintOf } from '../text/avatar-face.js'
import { CardFoot } from './card-foot.js'
import { Scene } from './scene.js'

/** A shared mini program page. */
export function MiniBody({ content }: { content: ContentView<'miniProgram'> }) {
  const strings = useStrings()
  const { title, appName, appId, pagePath } = content
  return (
    <div class="card mini" title={[appId, pagePath].filter(Boolean).join(' ')}>
      <span class="mini-app">
        <span class="avatar round" data-tint={tintOf(appId)} style={{ '--size': '18px' }} aria-hidden="true">
          <span class="face">{faceLetter(appName, false)}</span>
        </span>
        <span class="card-text">{appName}</span>
      </span>
      <span class="mini-title">{title}</span>
      <span class="mini-scene">
        <Scene seed={appId + title} />
      </span>
      <CardFoot icon="mini">{strings.kindMini}</CardFoot>
    </div>
  )
}
