// trader-data on Azure Container Apps: an API that scales to zero, a worker that is always on, and containers for the lake and for exports. Nothing here holds a
// key: storage, the registry and Key Vault are reached by a managed identity, and secrets are references into Key Vault.
targetScope = 'resourceGroup'

@description('Where everything is.')
param location string = 'westeurope'

@description('The tag of the image in the registry.')
param imageTag string

@description('The registry that has the image; in this resource group.')
param registryName string = 'tradenexusacr'

@description('The environment of the container apps; in this resource group.')
param environmentName string = 'trade-nexus-env'

@description('The storage account; made when it is not there.')
param storageName string = 'tradenexusdata'

@description('The Key Vault with the secrets database-url and infra-token-pepper, and the key that rounds are signed with; in this resource group.')
param keyVaultName string

@description('The name of the key in Key Vault that rounds are signed with; empty for none.')
param roundSigningKeyName string = ''

@description('What is ingested, as WatchList in docs/configuration.md.')
param watchList array = []

@description('The most replicas of the API.')
@minValue(1)
@maxValue(30)
param apiMaxReplicas int = 5

var name = 'trader-data'
var image = '${registry.properties.loginServer}/${name}:${imageTag}'

// Built-in roles, by the ids that they have everywhere.
var roles = {
  acrPull: '7f951dda-4ed3-4680-a7ca-43fe172d538d'
  blobContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  secretsUser: '4633458b-17de-408a-b874-0445c86b69e6'
  cryptoUser: '12338af0-0e69-4776-bea7-57ae8d297424'
}

resource registry 'Microsoft.ContainerRegistry/registries@2023-07-01' existing = {
  name: registryName
}

resource environment 'Microsoft.App/managedEnvironments@2024-03-01' existing = {
  name: environmentName
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: keyVaultName
}

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: name
  location: location
}

resource storage 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: storageName
  location: location
  sku: {
    name: 'Standard_ZRS'
  }
  kind: 'StorageV2'
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    // Links to files of rounds are signed with a key that Azure hands to the identity: the account's own keys are of no use to anybody.
    allowSharedKeyAccess: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2023-05-01' = {
  parent: storage
  name: 'default'
  properties: {
    deleteRetentionPolicy: {
      enabled: true
      days: 14
    }
    containerDeleteRetentionPolicy: {
      enabled: true
      days: 14
    }
  }
}

resource lake 'Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01' = {
  parent: blobs
  name: 'ohlcv'
}

resource exports 'Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01' = {
  parent: blobs
  name: 'exports'
}

resource mayPull 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(registry.id, identity.id, roles.acrPull)
  scope: registry
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.acrPull)
  }
}

// Includes the right to have a user delegation key made, which links are signed with: it is of the account, not of a container.
resource mayStore 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storage.id, identity.id, roles.blobContributor)
  scope: storage
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobContributor)
  }
}

resource mayReadSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, identity.id, roles.secretsUser)
  scope: vault
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.secretsUser)
  }
}

resource maySign 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(roundSigningKeyName)) {
  name: guid(vault.id, identity.id, roles.cryptoUser)
  scope: vault
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.cryptoUser)
  }
}

var secrets = [
  {
    name: 'database-url'
    keyVaultUrl: '${vault.properties.vaultUri}secrets/database-url'
    identity: identity.id
  }
  {
    name: 'infra-token-pepper'
    keyVaultUrl: '${vault.properties.vaultUri}secrets/infra-token-pepper'
    identity: identity.id
  }
]

var settings = concat([
  {
    name: 'DATABASE_URL'
    secretRef: 'database-url'
  }
  {
    name: 'INFRA_TOKEN_PEPPER'
    secretRef: 'infra-token-pepper'
  }
  {
    name: 'AZURE_STORAGE_ACCOUNT_URL'
    value: storage.properties.primaryEndpoints.blob
  }
  {
    name: 'AZURE_CONTAINER'
    value: lake.name
  }
  {
    name: 'AZURE_EXPORTS_CONTAINER'
    value: exports.name
  }
  {
    // Which of the identities of the app the program is.
    name: 'AZURE_CLIENT_ID'
    value: identity.properties.clientId
  }
  {
    name: 'PUBLIC_URL'
    value: 'https://${name}.${environment.properties.defaultDomain}'
  }
  {
    // The ingress of the environment stands in front, in its own network.
    name: 'TraderData__TrustedProxies__0'
    value: '100.64.0.0/10'
  }
  {
    name: 'TraderData__TrustedProxies__1'
    value: '10.0.0.0/8'
  }
  {
    // Not reached from outside: the ingress passes on the port of the API alone.
    name: 'METRICS_PORT'
    value: '9464'
  }
], empty(roundSigningKeyName) ? [] : [
  {
    name: 'ROUND_SIGNING_KEY_VAULT'
    value: '${vault.properties.vaultUri}keys/${roundSigningKeyName}'
  }
])

var watched = [for (entry, i) in watchList: {
  name: 'TraderData__WatchList__${i}'
  value: entry
}]

resource api 'Microsoft.App/containerApps@2024-03-01' = {
  name: name
  location: location
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    environmentId: environment.id
    configuration: {
      activeRevisionsMode: 'Single'
      ingress: {
        external: true
        targetPort: 8000
        transport: 'auto'
        allowInsecure: false
      }
      registries: [
        {
          server: registry.properties.loginServer
          identity: identity.id
        }
      ]
      secrets: secrets
    }
    template: {
      containers: [
        {
          name: 'api'
          image: image
          args: ['serve', '--role', 'api', '--urls', 'http://0.0.0.0:8000']
          env: settings
          resources: {
            cpu: json('0.5')
            memory: '1Gi'
          }
          probes: [
            {
              type: 'Startup'
              httpGet: {
                path: '/health'
                port: 8000
              }
              periodSeconds: 1
              failureThreshold: 60
            }
            {
              type: 'Liveness'
              httpGet: {
                path: '/health'
                port: 8000
              }
              periodSeconds: 30
              timeoutSeconds: 5
            }
            {
              type: 'Readiness'
              httpGet: {
                path: '/ready'
                port: 8000
              }
              periodSeconds: 15
              timeoutSeconds: 5
            }
          ]
        }
      ]
      scale: {
        minReplicas: 0
        maxReplicas: apiMaxReplicas
        rules: [
          {
            name: 'http'
            http: {
              metadata: {
                concurrentRequests: '50'
              }
            }
          }
        ]
      }
    }
  }
  dependsOn: [mayPull, mayStore, mayReadSecrets]
}

resource worker 'Microsoft.App/containerApps@2024-03-01' = {
  name: '${name}-worker'
  location: location
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    environmentId: environment.id
    configuration: {
      activeRevisionsMode: 'Single'
      registries: [
        {
          server: registry.properties.loginServer
          identity: identity.id
        }
      ]
      secrets: secrets
    }
    template: {
      containers: [
        {
          name: 'worker'
          image: image
          args: ['serve', '--role', 'worker', '--urls', 'http://0.0.0.0:8000']
          env: concat(settings, watched)
          resources: {
            cpu: json('0.5')
            memory: '1Gi'
          }
          probes: [
            {
              type: 'Startup'
              httpGet: {
                path: '/health'
                port: 8000
              }
              periodSeconds: 5
              failureThreshold: 60
            }
            {
              type: 'Liveness'
              httpGet: {
                path: '/health'
                port: 8000
              }
              periodSeconds: 30
              timeoutSeconds: 5
            }
          ]
        }
      ]
      scale: {
        minReplicas: 1
        maxReplicas: 1
      }
    }
  }
  dependsOn: [mayPull, mayStore, mayReadSecrets]
}

@description('Where the API answers.')
output url string = 'https://${api.properties.configuration.ingress.fqdn}'
