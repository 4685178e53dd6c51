using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace TraderData.Api;

/// <summary>Describes the API as an OpenAPI 3.1 document.</summary>
internal static class OpenApiDescription
{
    public static void AddTraderDataOpenApi(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
    });
}
