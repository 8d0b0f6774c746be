import type { OfficialSpec, PersonSpec } from './spec.js'

/** The friends in the English world. */
export const ENGLISH_FRIENDS: PersonSpec[] = [
  {
    name: 'Maya Lindqvist',
    id: 'wxid_mayalindqvist',
    remark: 'Maya',
    alias: 'maya_lindqvist',
    sex: 2,
    city: 'Bristol',
    signature: 'Small steps, long walks',
    starred: true,
  },
  {
    name: 'Priya Nair',
    id: 'wxid_priyanair0000',
    alias: 'priya_draws',
    sex: 2,
    city: 'London',
    signature: 'I draw things',
  },
  {
    name: 'Tom Whitaker',
    id: 'wxid_tomwhitaker00',
    remark: 'Tom (guide)',
    sex: 1,
    city: 'Bristol',
    signature: 'The hills are there',
  },
  { name: 'Sam Okafor', id: 'wxid_samokafor0000', alias: 'southstar', sex: 1, city: 'Cardiff' },
  {
    name: 'Quiet Mornings',
    id: 'wxid_mom0000000000',
    remark: 'Mom',
    sex: 2,
    city: 'Bath',
    signature: 'Plain and simple',
    pinned: true,
  },
  { name: 'David Carter', id: 'wxid_davidcarter00', remark: 'Dad', sex: 1, city: 'Bath' },
  {
    name: '李薇 Vivian',
    id: 'wxid_liwei00000000',
    alias: 'vivian_li',
    sex: 2,
    city: 'Hangzhou',
    signature: 'Tea & trains',
    initials: 'LWVIVIAN',
    pinyin: 'liweivivian',
  },
  { name: 'Grace Holt', id: 'wxid_graceholt0000', remark: 'Grace Holt (landlady)', sex: 2, city: 'Bristol' },
  { name: 'Daisy 🌻', id: 'wxid_daisy00000000', sex: 2, city: 'Leeds', signature: 'Facing the sun' },
  { name: 'Nora Fields', id: 'wxid_norafields000', alias: 'nora_fields', sex: 2, city: 'Edinburgh' },
  { name: 'Felix <Dev>', id: 'wxid_felixdev00000', sex: 1, city: 'Berlin', signature: 'a && b || c' },
  { name: 'Julia Brandt', id: 'wxid_juliabrandt00', sex: 2, city: 'Vienna', muted: true },
]

/** The official accounts in the English world. */
export const ENGLISH_OFFICIALS: OfficialSpec[] = [
  {
    name: 'Dune Daily',
    id: 'gh_5a1d9c3e7b20',
    alias: 'dune_daily',
    signature: 'One story a day',
  },
  {
    name: 'City Weather',
    id: 'gh_c17e4f08a96b',
    signature: 'At seven every morning: what to wear',
    verified: false,
  },
]
