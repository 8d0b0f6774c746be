/** Whether the id or UserName belongs to a group. @see docs/protocol.md §9.1 */
export function isRoomId(id: string): boolean {
  return id.startsWith('@@') || id.endsWith('@chatroom')
}
