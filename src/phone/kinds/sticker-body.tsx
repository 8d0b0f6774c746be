import { useState } from 'preact/hooks'
import type { ContentView } from '../../sandbox/control/view.js'
import { useStrings } from '../hooks/use-strings.js'
import { ownMedia } from '../text/safe-link.js'
import { Broken } from './broken.js'
import { boxStyle, fitBox } from './fit.js'

const MAX = { width: 120, height: 120 }

/** A sticker, without a bubble. */
export function StickerBody({ content }: { content: ContentView<'sticker'> }) {
  const strings = useStrings()
  const [failed, setFailed] = useState(false)
  const src = ownMedia(content.media.url)
  return (
    <span
      class="sticker"
      style={boxStyle(fitBox(content.media, MAX, MAX))}
      title={content.fromStore ? strings.storeSticker : undefined}
    >
      {src && !failed ? (
        <img src={src} alt={strings.kindSticker} draggable={false} onError={() => setFailed(true)} />
      ) : (
        <Broken icon="cat" />
      )}
    </span>
  )
}
