// An error that is the answer to the operator: its message says what to do, and no stack trace is shown.

export class Failure extends Error {
  /**
   * @param {string} message what is wrong and how to fix it
   * @param {{ details?: string }} [more] what another program said about it
   */
  constructor(message, { details = '' } = {}) {
    super(message)
    this.name = 'Failure'
    this.details = details
  }
}
