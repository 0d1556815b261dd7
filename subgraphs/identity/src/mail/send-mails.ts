import type { Mail } from '@gigraph/shared/mail'
import { bind } from '@gigraph/shared/service'
import { after } from '@gigraph/shared/time'
import type { Context } from '../context.ts'
import { keyedHash, mintCode } from '../crypto/secrets.ts'
import { findOptionalEmailChange } from '../email/email-change-store.ts'
import { CODE_LIFETIME, CODE_PURPOSE } from '../login/challenge.ts'
import { findOptionalChallenge, saveCode } from '../login/challenge-store.ts'
import { findOptionalUser, findOptionalUserByEmail } from '../user/user-store.ts'
import {
  sendAccountNotice,
  sendEmailChangeMail,
  sendFormerAddressNotice,
  sendInvitationMail,
  sendMfaCode,
  sendPasswordResetMail,
  sendVerificationMail,
} from './mail-jobs.ts'
import { mintLink } from './mail-token.ts'
import {
  emailChangeMail,
  formerAddressMail,
  invitationMail,
  mfaCodeMail,
  noticeMail,
  passwordResetMail,
  verificationMail,
} from './templates.ts'

const { implementJob } = bind<Context>()

const send = (ctx: Context, to: string, content: Pick<Mail, 'subject' | 'text' | 'html'>): Promise<void> =>
  ctx.mailer.send({ to, ...content, messageId: ctx.makeId() })

export const mailJobs = [
  implementJob(sendVerificationMail, async (ctx, { userId }) => {
    const user = await findOptionalUser(ctx.db, userId)
    if (!user?.email || user.emailVerifiedAt) return
    const url = await mintLink(ctx, { userId, purpose: 'VERIFY_EMAIL', email: user.email })
    await send(ctx, user.email, verificationMail(user, url))
  }),

  implementJob(sendMfaCode, async (ctx, { challengeId }) => {
    const now = ctx.clock.now()
    const challenge = await findOptionalChallenge(ctx.db, challengeId)
    if (!challenge || challenge.solvedAt || challenge.expiresAt <= now) return
    const user = await findOptionalUser(ctx.db, challenge.userId)
    if (!user?.email) return
    const code = mintCode()
    await saveCode(ctx.db, challengeId, {
      codeHmac: keyedHash(ctx.config.CODE_HMAC_SECRET, CODE_PURPOSE, challengeId, code),
      codeExpiresAt: after(now, CODE_LIFETIME),
    })
    await send(ctx, user.email, mfaCodeMail(user, code))
  }),

  implementJob(sendPasswordResetMail, async (ctx, { userId }) => {
    const user = await findOptionalUser(ctx.db, userId)
    if (!user?.email) return
    const url = await mintLink(ctx, { userId, purpose: 'RESET_PASSWORD', email: user.email })
    await send(ctx, user.email, passwordResetMail(user, url))
  }),

  implementJob(sendEmailChangeMail, async (ctx, { emailChangeId }) => {
    const change = await findOptionalEmailChange(ctx.db, emailChangeId)
    const user = change && (await findOptionalUser(ctx.db, change.userId))
    if (!change || !user?.email || user.email === change.newEmail) return
    const owner = await findOptionalUserByEmail(ctx.db, change.newEmail)
    if (owner) return send(ctx, change.newEmail, noticeMail(owner, 'ALREADY_REGISTERED'))
    const url = await mintLink(ctx, { userId: user.id, purpose: 'CHANGE_EMAIL', email: change.newEmail })
    await send(ctx, change.newEmail, emailChangeMail(user, url))
  }),

  implementJob(sendFormerAddressNotice, async (ctx, { emailChangeId }) => {
    const change = await findOptionalEmailChange(ctx.db, emailChangeId)
    const user = change && (await findOptionalUser(ctx.db, change.userId))
    if (!change?.formerEmail || !user) return
    await send(ctx, change.formerEmail, formerAddressMail(user))
  }),

  implementJob(sendInvitationMail, async (ctx, { userId }) => {
    const user = await findOptionalUser(ctx.db, userId)
    if (!user?.email || user.emailVerifiedAt) return
    const url = await mintLink(ctx, { userId, purpose: 'ACCEPT_INVITATION', email: user.email })
    await send(ctx, user.email, invitationMail(user, url))
  }),

  implementJob(sendAccountNotice, async (ctx, { userId, notice }) => {
    const user = await findOptionalUser(ctx.db, userId)
    if (!user?.email) return
    // Cancelled before the mail went out: there is nothing to tell.
    if (notice === 'DELETION_SCHEDULED' && !user.deletionDueAt) return
    await send(ctx, user.email, noticeMail(user, notice))
  }),
]
