export { auditedKinds, noteAct, staffActed, staffActions } from './staff-acted.ts'
