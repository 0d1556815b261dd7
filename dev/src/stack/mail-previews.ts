import type { MailPreview } from '@gigraph/shared/mail'

/** Every mail of every service, with samples. Loaded when somebody looks: a start need not wait for it. */
export const readMailPreviews = async (): Promise<readonly MailPreview[]> => {
  const services = await Promise.all([
    import('@gigraph/identity/mail-previews'),
    import('@gigraph/messaging/mail-previews'),
  ])
  return services.flatMap(({ mailPreviews }) => mailPreviews())
}
