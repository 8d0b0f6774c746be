/** The base URL for programs. It differs from the page's own origin on a device other than the sandbox's. */
export function programUrl(): string {
  return document.documentElement.dataset.programUrl ?? location.origin
}
