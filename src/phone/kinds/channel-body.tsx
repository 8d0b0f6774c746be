import type { ContentView } from '../../sandbox/control/view.js'
import { useWords } from '../hooks/use-words.js'
import { Icon } from '../parts/icon.js'
import { countdown } from '../words/time.js'
import { CardFoot } from './card-foot.js'
import { Scene } from './scene.js'
import { WebCard } from './web-card.js'

/** A film of the channels. */
export function ChannelBody({ content }: { content: ContentView<'channelVideo'> }) {
  const words = useWords()
  const { author, description, url, durationMs } = content
  return (
    <WebCard url={url} class="card channel">
      <span class="channel-scene">
        <Scene seed={url + description} />
        <span class="film-play">
          <Icon name="play" />
        </span>
        <span class="film-time">{countdown(durationMs)}</span>
      </span>
      <span class="card-body">
        <span class="card-text">{description}</span>
      </span>
      <CardFoot icon="film">{[words.kindChannel, author].filter(Boolean).join(' · ')}</CardFoot>
    </WebCard>
  )
}
