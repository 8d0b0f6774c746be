/** Thrown to refuse a request with a `Ret` other than 0. @see docs/protocol.md §13.1 */
export class Refusal extends Error {
  override name = 'Refusal'
  readonly ret: number

  constructor(ret: number, message: string) {
    super(message)
    this.ret = ret
  }
}
