/**
 * What files are uploaded for: profiles, which keeps them, and the services that name them agree on these. Another purpose is a line
 * here, its rule in profiles' `upload/purpose.ts`, and its value in the graph.
 */
export const uploadPurposes = [
  'AVATAR',
  'PORTFOLIO_IMAGE',
  'GIG_IMAGE',
  'JOB_ATTACHMENT',
  'VERIFICATION_DOCUMENT',
  'REQUIREMENT_FILE',
  'DELIVERY_FILE',
  'DISPUTE_EVIDENCE',
  'MESSAGE_ATTACHMENT',
] as const

export type UploadPurpose = (typeof uploadPurposes)[number]
