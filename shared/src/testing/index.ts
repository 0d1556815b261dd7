export * from './people.ts'
export * from './start-test-services.ts'
export * from './test-clock.ts'
export { createTestDatabase, type TestDatabase } from './test-database.ts'
