/** What files are uploaded for. Another purpose is a line here, its rules in `purposeRules`, and its value in the graph. */
export const uploadPurposes = [
  'AVATAR',
  'PORTFOLIO_IMAGE',
  'GIG_IMAGE',
  'JOB_ATTACHMENT',
  'VERIFICATION_DOCUMENT',
] as const

export type UploadPurpose = (typeof uploadPurposes)[number]
