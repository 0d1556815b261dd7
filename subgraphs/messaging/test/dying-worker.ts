import { environment } from '@gigraph/shared/config'
import { startService } from '@gigraph/shared/service'
import { messagingService } from '../src/index.ts'
import { deliverWebhook } from '../src/jobs/definitions.ts'

/** Runs one delivery; for the test that kills it while its call is in hand. */
const [deliveryId] = process.argv.slice(2)
const service = await startService(messagingService, { environment, background: false })
await service.runJob(deliverWebhook.name, { deliveryId })
