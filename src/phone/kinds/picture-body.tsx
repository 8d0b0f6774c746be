import { useContext, useState } from 'preact/hooks'
import type { MediaView } from '../../sandbox/control/view.js'
import { useStrings } from '../hooks/use-strings.js'
import { countdown } from '../i18n/time.js'
import { Icon } from '../parts/icon.js'
import { ownMedia } from '../text/safe-link.js'
import { Broken } from './broken.js'
import { boxStyle, fitBox } from './fit.js'
import { ViewerContext } from './viewer-context.js'

/** The size of a picture that cannot be shown: its own is unknown. */
const GRAY_BOX = { width: 158, height: 158 }

interface Props {
  kind: 'image' | 'video'
  media: MediaView
  /** The sender's name. */
  title: string
  /** Whether the phone cannot show the picture or video. */
  isBroken: boolean
}

/** An image, or the cover of a video; opens the viewer. */
export function PictureBody({ kind, media, title, isBroken }: Props) {
  const strings = useStrings()
  const show = useContext(ViewerContext)
  const [failed, setFailed] = useState(false)
  const src = ownMedia(media.thumbUrl ?? media.url)
  if (isBroken) {
    return (
      <div class="picture gray" style={boxStyle(GRAY_BOX)}>
        <span class="broken">
          <Icon name={kind === 'image' ? 'image' : 'film'} size={26} />
          {strings.grayPicture}
        </span>
      </div>
    )
  }
  return (
    <button
      type="button"
      class={kind === 'video' ? 'picture film' : 'picture'}
      style={boxStyle(fitBox(kind === 'video' ? enlarged(media) : media))}
      tabIndex={-1}
      data-primary
      onClick={() => show({ kind, media, title })}
    >
      <span class="unseen">{kind === 'image' ? strings.openImage : strings.openVideo} </span>
      {src && !failed ? (
        <img src={src} alt="" decoding="async" draggable={false} onError={() => setFailed(true)} />
      ) : (
        <Broken icon={kind === 'image' ? 'image' : 'film'} />
      )}
      {kind === 'video' && (
        <>
          <span class="film-play">
            <Icon name="play" />
          </span>
          {media.durationMs !== undefined && <span class="film-time">{countdown(media.durationMs)}</span>}
        </>
      )}
    </button>
  )
}

/** Scales up a small video so that its play button fits. */
function enlarged({ width, height }: MediaView): { width?: number | undefined; height?: number | undefined } {
  if (!width || !height) return {}
  const scale = Math.max(1, 176 / width)
  return { width: width * scale, height: height * scale }
}
