import { ENGLISH_FRIENDS, ENGLISH_OFFICIALS } from './english-people.js'
import type { GroupSpec, MemberSpec, WorldSpec } from './spec.js'

/** First and last names of the members of the design group who are not friends. */
const COLLEAGUES = `
  Ada Moore, Adam West, Alice Young, Amir Haddad, Anna Berg, Ben Cole, Bianca Rossi, Caleb Stone, Carla Diaz, Chloe Park,
  Cody Lane, Dana Fox, Diego Luna, Edith Gray, Eli Novak, Elsa Holm, Emil Roth, Erin Walsh, Esther Bloom, Ethan Reyes,
  Eva Klein, Finn Doyle, Freya Lund, Gina Costa, Hana Sato, Hugo Marsh, Ian Frost, Ines Vidal, Iris Chan, Isaac Ford,
  Ivy Brooks, Jack Pine, Jade Lin, Jonas Weber, Kara Singh, Kofi Mensah, Lara Quinn, Leo Hart, Lily Tran, Luca Conti,
  Mara Stein, Max Adler, Mina Rao, Nadia Aziz, Noah Price, Olga Petrov, Omar Nasser, Pia Falk, Rosa Mendes, Rory Blake,
  Sara Lindh, Theo Banks, Uma Iyer, Zoe Clarke`
  .split(',')
  .map((name) => name.trim())

/** The group of 60: five friends, 54 colleagues and the account's owner. */
const DESIGN_GROUP: GroupSpec = {
  topic: 'Product design',
  owner: 'Nora Fields',
  renameBy: 'owner',
  members: [
    { name: 'Nora Fields', displayName: 'Nora (product)' },
    { name: 'Priya Nair', displayName: 'Priya (illustration)' },
    { name: 'Felix <Dev>', displayName: 'Felix (front end)' },
    'Sam Okafor',
    'Julia Brandt',
    ...COLLEAGUES.map(
      (name, index): MemberSpec => ({
        name,
        id: `wxid_${name.replace(' ', '').toLowerCase().slice(0, 12).padEnd(12, '0')}${String(index).padStart(2, '0')}`,
        displayName: index % 4 === 0 ? `${name} (design)` : '',
      }),
    ),
  ],
}

/** A world in English: Alex Carter, a dozen friends, three groups and two official accounts. */
export const ENGLISH_WORLD: WorldSpec = {
  language: 'en',
  owner: {
    name: 'Alex Carter',
    id: 'wxid_alexcarter000',
    alias: 'alex_carter',
    sex: 1,
    city: 'Bristol',
    signature: 'Slowly, but surely',
  },
  friends: ENGLISH_FRIENDS,
  officials: ENGLISH_OFFICIALS,
  strangers: [{ name: 'Peter Novak', id: 'wxid_peternovak000', sex: 1, city: 'Prague' }],
  groups: [
    {
      topic: 'Weekend hikers ⛰️',
      owner: 'Tom Whitaker',
      ownDisplayName: 'Alex',
      members: [
        { name: 'Tom Whitaker', displayName: 'Tom, our guide' },
        { name: 'Maya Lindqvist', displayName: 'Maya 🌾' },
        'Priya Nair',
        'Sam Okafor',
        { name: '李薇 Vivian', displayName: 'Vivian' },
        { name: 'Tara Boyd', id: 'wxid_taraboyd00000', sex: 2 },
        { name: 'Marcus Hill', id: 'wxid_marcushill000', sex: 1, displayName: 'Old Marcus' },
      ],
    },
    DESIGN_GROUP,
    {
      topic: 'Family',
      owner: 'Mom',
      saved: false,
      muted: true,
      members: [
        { name: 'Mom', displayName: 'Mom' },
        { name: 'David Carter', displayName: 'Dad' },
        { name: 'Ellie Carter', id: 'wxid_elliecarter00', sex: 2 },
      ],
    },
  ],
  history: [
    { chat: 'Dune Daily', text: "Good morning. Today's first story: how the wind moves a dune.", minutesAgo: 300 },
    { chat: 'City Weather', text: 'Bristol: sunny, 12 to 21 °C. A good day to be outside.', minutesAgo: 280 },
    {
      chat: 'Product design',
      speaker: 'Nora Fields',
      text: 'The third draft of the home page is on the shared drive, please have a look',
      minutesAgo: 200,
    },
    { chat: 'Product design', speaker: 'Priya Nair', text: 'Done. So much more room to breathe 👍', minutesAgo: 195 },
    { chat: 'Family', speaker: 'Mom', text: 'Coming home for dinner on Sunday?', minutesAgo: 130 },
    { chat: 'Family', speaker: 'Alex Carter', text: 'Yes, in the afternoon', minutesAgo: 126 },
    { chat: 'Mom', text: 'It is getting cold, take a jacket', minutesAgo: 120 },
    { chat: 'Mom', speaker: 'Alex Carter', text: 'I will', minutesAgo: 118 },
    { chat: '李薇 Vivian', text: '周六还去吗？', minutesAgo: 90 },
    { chat: '李薇 Vivian', speaker: 'Alex Carter', text: 'Sure, 7:30 at the east gate.', minutesAgo: 88 },
    {
      chat: 'Weekend hikers ⛰️',
      speaker: 'Tom Whitaker',
      text: 'Saturday at 7:30, the usual place',
      minutesAgo: 60,
    },
    { chat: 'Weekend hikers ⛰️', speaker: 'Marcus Hill', text: 'Got it, I will bring the stove', minutesAgo: 58 },
    { chat: 'Weekend hikers ⛰️', speaker: 'Maya Lindqvist', text: 'I will bring oranges 🍊', minutesAgo: 55 },
    { chat: 'Maya', text: 'Is your bot ready?', minutesAgo: 30 },
    { chat: 'Maya', speaker: 'Alex Carter', text: 'Almost. I will try it in a moment', minutesAgo: 28 },
  ],
}
