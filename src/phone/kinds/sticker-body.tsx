import { useState } from 'preact/hooks'
import type { ContentView } from '../../sandbox/control/view.js'
import { useWords } from '../hooks/use-words.js'
import { ownMedia } from '../text/safe-link.js'
import { Broken } from './broken.js'
import { boxStyle, fitBox } from './fit.js'

const MOST = { width: 120, height: 120 }

/** A sticker, without a bubble. */
export function StickerBody({ content }: { content: ContentView<'sticker'> }) {
  const words = useWords()
  const [failed, setFailed] = useState(false)
  const src = ownMedia(content.media.url)
  return (
    <span
      class="sticker"
      style={boxStyle(fitBox(content.media, MOST, MOST))}
      title={content.fromStore ? words.storeSticker : undefined}
    >
      {src && !failed ? (
        <img src={src} alt={words.kindSticker} draggable={false} onError={() => setFailed(true)} />
      ) : (
        <Broken icon="cat" />
      )}
    </span>
  )
}
