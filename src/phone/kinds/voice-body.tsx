import type { ContentView } from '../../sandbox/control/view.js'
import { store } from '../client.js'
import { useStrings } from '../hooks/use-strings.js'
import { Icon } from '../parts/icon.js'
import { seconds } from '../text/message-strings.js'
import { ownMedia } from '../text/safe-link.js'
import { barsOf } from './bars.js'
import { toggleSound, useSound } from './player.js'

const MIN_PX = 118
const PER_SECOND_PX = 3
const MAX_SECONDS = 30

interface Props {
  id: string
  content: ContentView<'voice'>
  fresh: boolean
}

/**
 * A voice message, with its transcript below it. Its width grows with its duration, and its bars show the playback
 * progress.
 */
export function VoiceBody({ id, content: { media, transcript }, fresh }: Props) {
  const strings = useStrings()
  const { state, progress } = useSound(id)
  const url = ownMedia(media.url)
  const length = seconds(media.durationMs)
  const bars = barsOf(id)
  const playing = state === 'playing'
  const row = (
    <span class="voice-row">
      <button
        type="button"
        class="bubble voice"
        style={{ minWidth: `${MIN_PX + PER_SECOND_PX * Math.min(length, MAX_SECONDS)}px` }}
        tabIndex={-1}
        data-primary
        onClick={() => {
          if (!url) return
          toggleSound(id, url)
          store.change({ type: 'played', id })
        }}
      >
        <Icon name={playing ? 'pause' : 'play'} size={18} />
        <span class="voice-bars" aria-hidden="true">
          {bars.map((height, index) => (
            <i
              key={index}
              class={state !== 'idle' && index / bars.length >= progress ? 'ahead' : undefined}
              style={{ height: `${Math.round(height * 20)}px` }}
            />
          ))}
        </span>
        <span class="unseen">{playing ? strings.pauseVoice : strings.playVoice} </span>
        <span class="figures">{`${length}″`}</span>
      </button>
      {fresh && <span class="unplayed" title={strings.unplayed} />}
      {state === 'failed' && <span class="problem">{strings.cannotPlay}</span>}
    </span>
  )
  if (!transcript) return row
  return (
    <>
      {row}
      <p class="quoted transcript">
        <span class="unseen">{strings.transcript}: </span>
        {transcript}
      </p>
    </>
  )
}
