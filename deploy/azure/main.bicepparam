using 'main.bicep'

param location = 'westeurope'
param registryName = 'tradenexusacr'
param environmentName = 'trade-nexus-env'
param storageName = 'tradenexusdata'
param keyVaultName = 'trade-nexus-kv'
param roundSigningKeyName = 'rounds'
// The workflow names the tag of the release.
param imageTag = 'main'
param watchList = [
  'binance:BTCUSDT@1m,1h,1d'
  'binance:ETHUSDT@1m,1h,1d'
]
