import { Icon } from '../parts/icon.js'

/** Opens the row's menu by the mouse; a row takes keys and long presses itself. */
export function RowMore() {
  return (
    <span class="row-more" data-menu aria-hidden="true">
      <Icon name="more" size={16} />
    </span>
  )
}
