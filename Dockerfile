# One file that serves. Read-only, as nobody; what it stores lies in /data.
FROM oven/bun:1.4.5 AS build
WORKDIR /build
COPY package.json bun.lock bunfig.toml ./
RUN bun install --frozen-lockfile
COPY . .
RUN bun run build --out /build/dist/memfuse && mkdir --parents /build/data

FROM debian:12-slim
COPY --from=build /build/dist/memfuse /usr/local/bin/memfuse
COPY --from=build --chown=65532:65532 /build/data /data
COPY LICENSE NOTICE /usr/share/doc/memfuse/
USER 65532:65532
WORKDIR /data
ENV HOST=0.0.0.0 PORT=8000 MEMFUSE_DATA_DIR=/data MEMFUSE_SERVER__API_KEY_VALIDATION=true
EXPOSE 8000
VOLUME /data
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["/usr/local/bin/memfuse", "status", "--ready"]
ENTRYPOINT ["/usr/local/bin/memfuse"]
CMD ["serve"]
