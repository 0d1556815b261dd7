export { migrationShape, shapeOf } from './configuration.ts'
export type { ServiceContext, ServiceResources } from './context.ts'
export * from './definition.ts'
export type { ServiceRequest } from './execute.ts'
export {
  type Call,
  defineProcedure,
  httpProcedures,
  type ProcedureDefinition,
  type ProcedureTransport,
} from './procedure.ts'
export { describeRebuilt, rebuildProjections, runRebuild } from './rebuild-projections.ts'
export { runService } from './run-service.ts'
export { type RunningService, type StartOptions, startService } from './start-service.ts'
