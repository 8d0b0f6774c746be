/** Whether the id or UserName is that of a room. @see docs/protocol.md §9.1 */
export function isRoomId(id: string): boolean {
  return id.startsWith('@@') || id.endsWith('@chatroom')
}
