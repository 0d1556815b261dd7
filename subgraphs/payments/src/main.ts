import { runService } from '@gigraph/shared/service'
import { paymentsService } from './index.ts'

await runService(paymentsService)
