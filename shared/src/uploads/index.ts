export { claimFiles, type FilesToClaim, uploadIds } from './claim-files.ts'
export { loadPrivateFiles, type PrivateFile } from './private-files.ts'
export { attachmentLinks, claimUploads, releaseUploads } from './procedures.ts'
export { type UploadPurpose, uploadPurposes } from './purposes.ts'
