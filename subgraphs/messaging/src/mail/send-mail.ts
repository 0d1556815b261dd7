import { type UserSummary, usersByIds } from '@gigraph/identity/internal'
import { composeMail, type Mail } from '@gigraph/shared/mail'
import type { Context } from '../context.ts'
import type { Category } from '../notification/notification.ts'
import { makeUnsubscribeToken } from './unsubscribe-token.ts'

/** Who gets a mail: asked from identity at the moment of sending, so that addresses stand nowhere else. */
export type Reader = UserSummary

/** The reader with address and name; null when there is nobody (any more) to write to. */
export const findOptionalReader = async (ctx: Context, userId: string): Promise<Reader | null> => {
  const { users } = await ctx.call(usersByIds, { ids: [userId] })
  const reader = users.find((user) => user.id === userId)
  return reader && reader.status !== 'DELETED' && reader.email !== '' ? reader : null
}

interface Content {
  readonly category: Category
  readonly subject: string
  readonly paragraphs: readonly string[]
  readonly action: { readonly label: string; readonly link: string }
  /** The same for every try at the same mail. */
  readonly messageId: string
}

/** An address of the client: `link` is a path from `/` on. */
const clientUrl = ({ config }: Pick<Context, 'config'>, link: string): string =>
  `${config.APP_URL.replace(/\/$/, '')}${link}`

/** Where one click ends this category's mails (RFC 8058); SECURITY has no such place. */
const unsubscribe = (ctx: Context, userId: string, category: Category) => {
  if (category === 'SECURITY') return null
  const token = makeUnsubscribeToken(ctx.config.CODE_HMAC_SECRET, { userId, category })
  const base = ctx.config.PUBLIC_URL ?? ctx.config.APP_URL
  const url = `${base.replace(/\/$/, '')}/unsubscribe?token=${token}`
  const headers: NonNullable<Mail['headers']> = {
    'List-Unsubscribe': `<${url}>`,
    ...(ctx.config.PUBLIC_URL && { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }),
  }
  return { url, headers }
}

const footerOf = (category: Category, url: string | undefined): string =>
  url
    ? `You get this because you hear of ${category.toLowerCase()} by mail. No more such mails: ${url}`
    : 'You get this because it concerns the safety of your account.'

/** Writes to one person. Rejects when the mail server does not take it. */
export const sendMail = async (
  ctx: Context,
  reader: Reader,
  { category, subject, paragraphs, action, messageId }: Content,
): Promise<void> => {
  const end = unsubscribe(ctx, reader.id, category)
  const content = composeMail({
    subject,
    paragraphs: [`Hello ${reader.displayName},`, ...paragraphs],
    action: { label: action.label, url: clientUrl(ctx, action.link) },
    footer: footerOf(category, end?.url),
  })
  await ctx.mailer.send({ to: reader.email, ...content, messageId, ...(end && { headers: end.headers }) })
}
