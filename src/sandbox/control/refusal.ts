/** Makes the control API refuse a request with this status. */
export class ApiRefusal extends Error {
  readonly status: 400 | 404 | 409 | 415

  constructor(status: ApiRefusal['status'], message: string) {
    super(message)
    this.status = status
  }
}
