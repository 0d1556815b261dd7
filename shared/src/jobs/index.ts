export * from './backend.ts'
export * from './define-job.ts'
