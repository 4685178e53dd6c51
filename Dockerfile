# syntax=docker/dockerfile:1
# Builds from the checkout alone. Runs as an unprivileged user; the data folder is a volume.
# Set DATABASE_URL and AZURE_STORAGE_CONNECTION_STRING (or AZURE_STORAGE_ACCOUNT_URL) to keep nothing in the container, and INFRA_TOKEN_PEPPER (or MARKET_DATA_AUTH=open), without which it does not start.
FROM ubuntu:26.04 AS build
# Node builds the web console, as a part of the project's build; neither it nor the SDK is in the image.
RUN apt-get update && apt-get install -y --no-install-recommends dotnet-sdk-10.0 nodejs npm && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN dotnet publish src/TraderData/TraderData.csproj -p:PublishProfile=container -o /app

FROM ubuntu:26.04
# The program brings its runtime, which needs OpenSSL (a part of ca-certificates) and the C++ library.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates libstdc++6 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --create-home trader && install -d -o trader /data
WORKDIR /app
COPY --from=build /app .
# Workstation garbage collection: sized for 0.5 CPU and 1 GiB.
ENV DOTNET_gcServer=0 TRADER_DATA_DIR=/data PORT=8000
USER trader
VOLUME /data
EXPOSE 8000
# The program asks itself: the image has no curl. The start of a worker may migrate a database first.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["./trader-data", "health"]
ENTRYPOINT ["./trader-data"]
CMD ["serve", "--role", "all", "--urls", "http://0.0.0.0:8000"]
