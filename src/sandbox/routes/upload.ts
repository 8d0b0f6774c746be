export { notSupported as webwxcheckupload, notSupported as webwxuploadmedia } from './misc.js'
