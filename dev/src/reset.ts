import { fileURLToPath } from 'node:url'
import { removeData } from './data.ts'
import { readStartConfiguration } from './start-config.ts'

/** `npm run reset`: forgets all local data; the next start makes new ones. */

const { dataDirectory } = readStartConfiguration(undefined, fileURLToPath(new URL('../../', import.meta.url)))
await removeData(dataDirectory)
console.log(`Removed ${dataDirectory}; "npm start" begins anew.`)
