/** The environment of every gateway that is measured: the same forwarding, no telemetry. */
export const ENVIRONMENT = {
  ...process.env,
  APOLLO_TELEMETRY_DISABLED: '1',
  NODE_ENV: 'production',
  FORWARD_HEADERS: 'authorization',
}

/** Set for gateways whose sharing of identical requests is a matter of configuration, when requests are identical. */
export const SHARE_IN_FLIGHT = process.env.SHARE_IN_FLIGHT === 'on'
