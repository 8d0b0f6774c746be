/** The strings of the accounts. */
export const ACCOUNT_STRINGS = {
  accounts: ['账号', 'Accounts'],
  account: [(name: string, state: string) => `${name}，${state}`, (name: string, state: string) => `${name}, ${state}`],
  switchAccount: [(account: string) => `切换到${account}`, (account: string) => `Switch to ${account}`],
  addAccount: ['添加账号', 'Add an account'],
  accountOnline: ['已登录', 'logged in'],
  accountWaiting: ['等待扫码或确认', 'waiting for a scan or a confirmation'],
  accountOffline: ['未登录', 'not logged in'],
} as const
