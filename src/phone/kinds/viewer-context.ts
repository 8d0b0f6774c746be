import { createContext } from 'preact'
import type { MediaView } from '../../sandbox/control/view.js'

export interface Viewed {
  kind: 'image' | 'video'
  media: MediaView
  /** The sender's name. */
  title: string
}

/** Opens an image or video in the viewer. */
export const ViewerContext = createContext<(viewed: Viewed) => void>(() => {})
