import { expect, test } from 'vitest'
import { decodeMarkup } from './markup.js'

test.each([
  ['entities, once', '&lt;a&gt; &amp;lt; &#64; &#x40;', '<a> &lt; @ @'],
  ['line breaks of every form', 'a<br>b<BR/>c<br />d', 'a\nb\nc\nd'],
  ['a character named by a class', "fi<span class='emoji emoji006C'></span>@", 'fil@'],
  ['several characters in one class', '<span class="emoji emoji00660069006c"></span>@', 'fil@'],
  ['characters with separators', '<span class="emoji emoji1f468-200d-1f469"></span>', '👨‍👩'],
  ['characters of five digits', '<span class="emoji emoji1f600"></span>', '😀'],
  ['a span that is cut off', 'fi<span class="emoji emoji006c', 'fil'],
  ['a span whose end is cut off', 'fi<span class="emoji emoji006c"></span', 'fil'],
  ['nothing of a span without a character', '<span class="name">x</span>', '<span class="name">x</span>'],
  ['more digits than a code point has', '<span class="emoji emoji00660069f"></span>', 'fi\u000f'],
])('decodes %s', (_, markup, text) => {
  expect(decodeMarkup(markup)).toBe(text)
})

test('text made to take long is decoded in time that grows with its length', () => {
  for (const hostile of ['<span ', '<span class="emoji ', '<span emoji0', '&amp;'.repeat(3), '<br   ']) {
    const markup = hostile.repeat(100_000)
    expect(decodeMarkup(markup).length).toBeLessThanOrEqual(markup.length)
  }
})
