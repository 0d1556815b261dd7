import { runService } from '@gigraph/shared/service'
import { messagingService } from './index.ts'

await runService(messagingService)
