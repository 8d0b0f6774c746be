import type { ContentView } from '../../sandbox/control/view.js'
import { Icon } from '../parts/icon.js'
import { Scene } from './scene.js'
import { WebCard } from './web-card.js'

/** A song. */
export function MusicBody({ content }: { content: ContentView<'music'> }) {
  const { title, description, url, appName } = content
  return (
    <WebCard url={url} class="card song">
      <span class="song-cover">
        <Scene seed={url + title} />
      </span>
      <span class="song-text">
        <span class="card-name">{title}</span>
        <span class="song-more">{[description, appName].filter(Boolean).join(' · ')}</span>
      </span>
      <Icon name="playRound" size={22} />
    </WebCard>
  )
}
