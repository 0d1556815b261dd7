import type { UploadPurpose } from '@gigraph/shared/uploads'

/** The sizes of public pictures; what they mean in pixels depends on the purpose. */
export const imageSizes = ['SMALL', 'MEDIUM', 'LARGE'] as const
export type ImageSize = (typeof imageSizes)[number]

/** How a public picture is cut. */
export interface Cut {
  /** Square by cutting off; else the whole picture, no wider and no higher than the edge, and never enlarged. */
  readonly square: boolean
  /** Edge in pixels by size. */
  readonly edges: Readonly<Record<ImageSize, number>>
}

interface Rule {
  readonly contentTypes: readonly string[]
  readonly mostBytes: number
  /** Null: a private file, kept as one and given out by signed links only. */
  readonly cut: Cut | null
}

const pictures = ['image/jpeg', 'image/png', 'image/webp', 'image/avif']
const documents = ['application/pdf', 'image/jpeg', 'image/png', 'image/webp']
const whole: Cut = { square: false, edges: { SMALL: 320, MEDIUM: 800, LARGE: 1_600 } }

/** What may be uploaded for each purpose, and what becomes of it. */
export const purposeRules: Readonly<Record<UploadPurpose, Rule>> = {
  AVATAR: {
    contentTypes: pictures,
    mostBytes: 5_000_000,
    cut: { square: true, edges: { SMALL: 64, MEDIUM: 192, LARGE: 512 } },
  },
  PORTFOLIO_IMAGE: { contentTypes: pictures, mostBytes: 10_000_000, cut: whole },
  GIG_IMAGE: { contentTypes: pictures, mostBytes: 10_000_000, cut: whole },
  JOB_ATTACHMENT: { contentTypes: [...documents, 'application/zip'], mostBytes: 25_000_000, cut: null },
  REQUIREMENT_FILE: { contentTypes: [...documents, 'application/zip'], mostBytes: 25_000_000, cut: null },
  DELIVERY_FILE: { contentTypes: [...documents, 'application/zip'], mostBytes: 50_000_000, cut: null },
  DISPUTE_EVIDENCE: { contentTypes: [...documents, 'application/zip'], mostBytes: 25_000_000, cut: null },
  MESSAGE_ATTACHMENT: { contentTypes: [...documents, 'application/zip'], mostBytes: 25_000_000, cut: null },
  VERIFICATION_DOCUMENT: { contentTypes: documents, mostBytes: 10_000_000, cut: null },
}
