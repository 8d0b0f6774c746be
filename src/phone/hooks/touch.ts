/** Whether the device has a touch screen, on which focusing a field opens a keyboard over the page. */
export const TOUCH = !matchMedia('(hover: hover)').matches
