import { type UserSummary, usersByIds } from '@gigraph/identity/internal'
import { languageOf, type Mail, renderMail } from '@gigraph/shared/mail'
import type { Context } from '../context.ts'
import type { Category } from '../notification/notification.ts'
import { makeUnsubscribeToken } from './unsubscribe-token.ts'
import { footerOf, type MessagingMail, messagingMails } from './words.ts'

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
  readonly mail: MessagingMail
  readonly values: Readonly<Record<string, string>>
  /** Paragraphs of what has happened or was written. */
  readonly quoted: readonly string[]
  /** A path of the client. */
  readonly link: string
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
  const url = `${ctx.config.PUBLIC_URL.replace(/\/$/, '')}/unsubscribe?token=${token}`
  const headers: NonNullable<Mail['headers']> = {
    'List-Unsubscribe': `<${url}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  }
  return { url, headers }
}

/** Writes to one person. Rejects when the mail server does not take it. */
export const sendMail = async (
  ctx: Context,
  reader: Reader,
  { category, mail, values, quoted, link, messageId }: Content,
): Promise<void> => {
  const end = unsubscribe(ctx, reader.id, category)
  const language = languageOf(reader.locale)
  const content = renderMail(messagingMails[mail], language, {
    values: { ...values, name: reader.displayName, footer: footerOf(language, category, end?.url) },
    url: clientUrl(ctx, link),
    quoted,
  })
  await ctx.mailer.send({ to: reader.email, ...content, messageId, ...(end && { headers: end.headers }) })
}
