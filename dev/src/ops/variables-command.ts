import { writeFileSync } from 'node:fs'
import { renderVariables } from './variables.ts'

/** `pnpm docs:variables`: writes docs/VARIABLES.md. */

writeFileSync(new URL('../../../docs/VARIABLES.md', import.meta.url), renderVariables())
console.log('Wrote docs/VARIABLES.md.')
