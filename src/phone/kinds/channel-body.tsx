import type { ContentView } from '../../sandbox/control/view.js'
import { useStrings } from '../hooks/use-strings.js'
import { countdown } from '../i18n/time.js'
import { Icon } from '../parts/icon.js'
import { CardFoot } from './card-foot.js'
import { Scene } from './scene.js'
import { WebCard } from './web-card.js'

/** A Channels video. */
export function ChannelBody({ content }: { content: ContentView<'channelVideo'> }) {
  const strings = useStrings()
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
      <CardFoot icon="film">{[strings.kindChannel, author].filter(Boolean).join(' · ')}</CardFoot>
    </WebCard>
  )
}
