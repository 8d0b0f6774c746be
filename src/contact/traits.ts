/** What an account needs to know of a contact beyond the fields that programs see. */
export interface ContactTraits {
  /** In the address book; of groups: saved to it. */
  isListed: boolean
  /** One of the accounts that every phone has, such as `filehelper`. */
  isBuiltIn: boolean
  /** Does not change between logins; absent until the server reveals it. */
  permanentId?: string
}
