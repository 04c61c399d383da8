# Two stages: build with everything, run with what production needs. Not built by this project's tests.
FROM node:24-bookworm-slim AS build
WORKDIR /app
RUN npm install --global pnpm@10.34.9
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml tsconfig.json tsconfig.base.json ./
COPY agents agents
COPY apps apps
COPY packages packages
COPY db db
RUN pnpm install --frozen-lockfile && pnpm build
# The image talks to a real Postgres, so the embedded one (an optional dependency) stays out.
RUN rm -rf node_modules apps/*/node_modules packages/*/node_modules \
  && pnpm install --prod --no-optional --frozen-lockfile

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app ./
USER node
EXPOSE 3000
# As in apps/cli/bin/oncall.js, which says why.
ENTRYPOINT ["node", "--min-semi-space-size=64", "--max-semi-space-size=64", "apps/cli/bin/oncall.js"]
CMD ["up"]
