import { createContext } from 'preact'
import type { MediaView } from '../../sandbox/control/view.js'

export interface Viewed {
  kind: 'image' | 'video'
  media: MediaView
  /** Who sent it. */
  title: string
}

/** Shows a picture or film large. */
export const ViewerContext = createContext<(viewed: Viewed) => void>(() => {})
