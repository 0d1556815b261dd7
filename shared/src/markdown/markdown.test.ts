import { expect, test } from 'vitest'
import { renderMarkdown } from './index.ts'

test('what Markdown is for works', () => {
  expect(renderMarkdown('# Hi\n\n*I* **draw** [here](https://ann.example)\n\n- one\n- `two`')).toBe(
    [
      '<h1>Hi</h1>',
      '<p><em>I</em> <strong>draw</strong> <a rel="nofollow ugc noopener" href="https://ann.example">here</a></p>',
      '<ul>\n<li>one</li>\n<li><code>two</code></li>\n</ul>',
    ].join('\n'),
  )
})

test.each([
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<a href="javascript:alert(1)">x</a>',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](data:text/html,<script>alert(1)</script>)',
  '[x](vbscript:msgbox)',
  '<javascript:alert(1)>',
  '![x](https://spy.example/pixel.png)',
  '![x](javascript:alert(1))',
  '[x](https://a.example "\\" onmouseover=\\"alert(1)")',
  '[x]: javascript:alert(1)\n\n[x]',
  '```html\n<script>alert(1)</script>\n```',
  '<svg/onload=alert(1)>',
  '[a](https://x.example/"onclick="alert(1))',
])('nothing dangerous comes out of %j', (text) => {
  const html = renderMarkdown(text)
  const tags = [...html.matchAll(/<\/?([a-z0-9]+)([^>]*)>/gi)]
  for (const [, name, attributes] of tags) {
    expect(['p', 'a', 'pre', 'code']).toContain(name)
    expect(attributes).toMatch(
      /^$|^ class="language-html"$|^ rel="nofollow ugc noopener" href="(https:[^"]*)?"( title="[^"<>]*")?$/,
    )
  }
})
