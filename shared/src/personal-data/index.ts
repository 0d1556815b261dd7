export { type PersonalPage, type PersonalRecords, personalDataOf, readPersonalPage } from './personal-data.ts'
export { rowsOf } from './rows-of.ts'
