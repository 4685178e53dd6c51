using Microsoft.OpenApi;

namespace TraderData.Api.Tests;

public sealed class OpenApiDocumentTests
{
    [Fact]
    public async Task Document_is_valid_OpenApi_3_1()
    {
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync());
        var answer = await api.GetAsync("/openapi/v1.json");
        Assert.Equal(200, answer.Status);
        await File.WriteAllTextAsync("/tmp/openapi.json", answer.Text);
        var read = OpenApiDocument.Parse(answer.Text, OpenApiConstants.Json);
        Assert.Empty(read.Diagnostic!.Errors);
        Assert.Empty(read.Diagnostic.Warnings);
        Assert.Equal(OpenApiSpecVersion.OpenApi3_1, read.Diagnostic.SpecificationVersion);
    }
}
