import { Icon } from '../parts/icon.js'

/** Mouse target that opens the row's menu; the row itself handles keys and long presses. */
export function RowMore() {
  return (
    <span class="row-more" data-menu aria-hidden="true">
      <Icon name="more" size={16} />
    </span>
  )
}
