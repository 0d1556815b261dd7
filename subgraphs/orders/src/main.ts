import { runService } from '@gigraph/shared/service'
import { ordersService } from './index.ts'

await runService(ordersService)
