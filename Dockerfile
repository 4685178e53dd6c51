# syntax=docker/dockerfile:1
# Builds from the checkout alone. Runs as an unprivileged user; the data folder is a volume.
# Set DATABASE_URL and AZURE_STORAGE_CONNECTION_STRING to keep nothing in the container, and INFRA_TOKEN_PEPPER (or MARKET_DATA_AUTH=open), without which it does not start.
FROM ubuntu:26.04 AS build
RUN apt-get update && apt-get install -y --no-install-recommends dotnet-sdk-10.0 && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN dotnet publish src/TraderData/TraderData.csproj -c Release -r linux-x64 --self-contained false -p:PublishReadyToRun=true -o /app

FROM ubuntu:26.04
RUN apt-get update && apt-get install -y --no-install-recommends aspnetcore-runtime-10.0 ca-certificates && rm -rf /var/lib/apt/lists/* \
 && useradd --system --create-home trader && install -d -o trader /data
WORKDIR /app
COPY --from=build /app .
# Workstation garbage collection: sized for 0.5 CPU and 1 GiB.
ENV DOTNET_gcServer=0 TRADER_DATA_DIR=/data PORT=8000
USER trader
VOLUME /data
EXPOSE 8000
ENTRYPOINT ["./trader-data"]
CMD ["serve", "--role", "all", "--urls", "http://0.0.0.0:8000"]
