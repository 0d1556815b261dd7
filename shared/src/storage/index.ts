export { type StorageConfiguration, storageFaults, storageShape } from './configuration.ts'
export { openStorage } from './open-storage.ts'
export { protectiveHeaders, serveFiles } from './serve-files.ts'
export { readAll, type SignedRequest, type Storage } from './storage.ts'
