export type { RunningServices } from './one-process.ts'
export { type ServiceName, serviceNames, services } from './services.ts'
export type { Stack, StackOptions } from './stack.ts'
export { startStack } from './start-stack.ts'
