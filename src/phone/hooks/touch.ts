/** A touch screen: focusing a field opens a keyboard over the page. */
export const TOUCH = !matchMedia('(hover: hover)').matches
