import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { removePostgres } from './postgres/index.ts'
import { readStartConfiguration } from './start-config.ts'

/** `npm run reset`: forgets all local data; the next start makes new ones. */

const { dataDirectory } = readStartConfiguration(undefined, fileURLToPath(new URL('../../', import.meta.url)))
await removePostgres(join(dataDirectory, 'postgres'))
rmSync(dataDirectory, { recursive: true, force: true })
console.log(`Removed ${dataDirectory}; "npm start" begins anew.`)
