/** Replaces a secret in what the inspector shows. */
export const MASK = '***masked***'
