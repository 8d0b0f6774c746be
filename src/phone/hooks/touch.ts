/** A screen that is touched: a field that takes the focus brings up a keyboard over the rest. */
export const TOUCH = !matchMedia('(hover: hover)').matches
