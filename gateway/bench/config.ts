/** The environment of every gateway that is measured: the same forwarding, no telemetry. */
export const ENVIRONMENT = {
  ...process.env,
  APOLLO_TELEMETRY_DISABLED: '1',
  NODE_ENV: 'production',
  FORWARD_HEADERS: 'authorization',
}
