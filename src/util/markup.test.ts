import { expect, test } from 'vitest'
import { decodeMarkup } from './markup.js'

test.each([
  ['one level of entities', '&lt;a&gt; &amp;lt; &#64; &#x40;', '<a> &lt; @ @'],
  ['all forms of line breaks', 'a<br>b<BR/>c<br />d', 'a\nb\nc\nd'],
  ['a character encoded in a class name', "fi<span class='emoji emoji006C'></span>@", 'fil@'],
  ['several characters in one class name', '<span class="emoji emoji00660069006c"></span>@', 'fil@'],
  ['characters with separators', '<span class="emoji emoji1f468-200d-1f469"></span>', '👨‍👩'],
  ['a code point with five digits', '<span class="emoji emoji1f600"></span>', '😀'],
  ['a truncated span', 'fi<span class="emoji emoji006c', 'fil'],
  ['a span with a truncated end tag', 'fi<span class="emoji emoji006c"></span', 'fil'],
  ['nothing in a span without a character', '<span class="name">x</span>', '<span class="name">x</span>'],
  ['too many digits for a code point', '<span class="emoji emoji00660069f"></span>', 'fi\u000f'],
])('decodes %s', (_, markup, text) => {
  expect(decodeMarkup(markup)).toBe(text)
})

test('decodes hostile text in linear time', () => {
  for (const hostile of ['<span ', '<span class="emoji ', '<span emoji0', '&amp;'.repeat(3), '<br   ']) {
    const markup = hostile.repeat(100_000)
    expect(decodeMarkup(markup).length).toBeLessThanOrEqual(markup.length)
  }
})
