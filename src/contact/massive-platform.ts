import { ContactBase } from './base.js'
import { refuseUnsupported } from './unsupported.js'

/** An official account (公众号), or a WeChat service such as `newsapp`. */
export class MassivePlatform extends ContactBase {
  readonly #kind = 'massivePlatform'

  static {
    refuseUnsupported(MassivePlatform.prototype, 'massivePlatform')
  }

  get kind(): 'massivePlatform' {
    return this.#kind
  }
}
