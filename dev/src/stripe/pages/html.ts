/** Markup that is safe to put into a page as it is. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)

type Part = Html | Html[] | string | number | null | undefined | false

const rendered = (part: Part): string => {
  if (part instanceof Html) return part.text
  if (Array.isArray(part)) return part.map((item) => item.text).join('')
  return part === null || part === undefined || part === false ? '' : escaped(String(part))
}

/** A template whose parts are escaped unless they are {@link Html} themselves; nothing stands for null and false. */
export const html = (strings: TemplateStringsArray, ...parts: Part[]): Html =>
  new Html(strings.map((text, index) => text + (index < parts.length ? rendered(parts[index]) : '')).join(''))

const STYLE = `
:root{color-scheme:light dark;--edge:light-dark(#d9dce3,#3a3f4b);--soft:light-dark(#5b6472,#a3abba);--brand:#5a4fcf}
*{box-sizing:border-box}
body{font:16px/1.5 system-ui,sans-serif;margin:0;background:light-dark(#f6f7f9,#14161b);color:light-dark(#1c2230,#e8eaf0)}
main{max-width:30rem;margin:3rem auto;padding:2rem;background:light-dark(#fff,#1d2027);border:1px solid var(--edge);border-radius:12px}
main.wide{max-width:64rem}
h1{font-size:1.35rem;margin:0 0 .25rem}h2{font-size:1rem;margin:2rem 0 .5rem}
.soft{color:var(--soft);font-size:.9rem}.total{font-size:2rem;font-weight:600;margin:.5rem 0 1rem}
table{width:100%;border-collapse:collapse;font-size:.95rem}td,th{padding:.4rem .5rem .4rem 0;text-align:left;border-bottom:1px solid var(--edge)}
td.number,td.act{text-align:right;padding-right:0;font-variant-numeric:tabular-nums}
label{display:block;margin-top:1rem;font-size:.9rem}
input,select{width:100%;padding:.6rem .7rem;font:inherit;border:1px solid var(--edge);border-radius:8px;background:transparent;color:inherit}
.row{display:grid;grid-template-columns:1fr 1fr;gap:1rem}
button{width:100%;margin-top:1.25rem;padding:.7rem;font:inherit;font-weight:600;border:0;border-radius:8px;background:var(--brand);color:#fff;cursor:pointer}
td button{width:auto;margin:0 0 0 .25rem;padding:.15rem .6rem;font-size:.85rem}td form{display:inline}
summary{cursor:pointer}details{margin-top:1rem;font-size:.9rem}
button.plain{background:transparent;color:inherit;border:1px solid var(--edge)}
:focus-visible{outline:3px solid #8f86f0;outline-offset:2px}
[role=alert]{padding:.7rem .9rem;border-radius:8px;background:light-dark(#fdecec,#452022);margin-top:1rem}
a{color:inherit}code{font-size:.85rem}
.test{display:inline-block;padding:0 .5rem;border-radius:4px;background:light-dark(#fff0d0,#4a3a10);font-size:.75rem;font-weight:600;letter-spacing:.04em}`

/** A whole page. */
export function page(title: string, body: Html, { wide = false }: { wide?: boolean } = {}): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<main${wide ? html` class="wide"` : ''}>
<p><span class="test">TEST MODE</span> <span class="soft">Stripe emulator, no real money</span></p>
${body}
</main>
</body>
</html>
`.text
}

/** An amount of minor units as people write it. */
export function money(amount: number, currency: string): string {
  const format = new Intl.NumberFormat('en-US', { style: 'currency', currency })
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2))
}
