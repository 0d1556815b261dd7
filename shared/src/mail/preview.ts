import type { composeMail } from './index.ts'
import type { MailLanguage } from './template.ts'

/** A mail as it would be sent, with samples for what it is about; for people who look at what we write. */
export interface MailPreview extends ReturnType<typeof composeMail> {
  /** The service that sends it. */
  readonly service: string
  readonly name: string
  readonly language: MailLanguage
}
