export {
  notSupported as webwxgetmedia,
  notSupported as webwxgetmsgimg,
  notSupported as webwxgetvideo,
  notSupported as webwxgetvoice,
  notSupported as webwxsendappmsg,
  notSupported as webwxsendemoticon,
  notSupported as webwxsendmsgimg,
  notSupported as webwxsendvideomsg,
} from './misc.js'
