import { z } from 'zod'

/** Variables of the marketplace beyond what every service reads. */
export const configuration = {
  /** `auto`: what is submitted goes live at once; `manual`: staff approve it first. */
  MODERATION: z.enum(['auto', 'manual']).default('auto'),
}
