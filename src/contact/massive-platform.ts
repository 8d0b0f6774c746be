import { ContactBase } from './base.js'

/** An official account (公众号), or a service of WeChat such as `newsapp`. */
export class MassivePlatform extends ContactBase {
  readonly #kind = 'massivePlatform'

  get kind(): 'massivePlatform' {
    return this.#kind
  }
}
