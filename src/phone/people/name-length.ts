/** The sandbox takes no longer name. */
export const NAME_LENGTH = 100
