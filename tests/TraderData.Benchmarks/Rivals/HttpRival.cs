using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace TraderData.Benchmarks;

/// <summary>
/// What else ASP.NET can do, to be measured against: <c>bytes URL FILE…</c> gives a ready array and nothing else, the most that Kestrel has to give;
/// <c>npgsql URL CONNECTION</c> asks Postgres and lets System.Text.Json write, as most services do.
/// </summary>
internal static class HttpRival
{
    public static async Task<int> RunAsync(string kind, string url, string[] rest)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(url);
        builder.Logging.ClearProviders();
        if (kind == "npgsql")
            builder.Services.AddSingleton(_ => NpgsqlDataSource.Create(rest[0]));
        await using var app = builder.Build();
        if (kind == "npgsql")
            app.MapGet("/api/marketdata/ohlcv", AnswerRowsAsync);
        else
            GiveBytes(app, rest);
        await app.RunAsync();
        return 0;
    }

    // No routing, no query: the path is the name of the file.
    private static void GiveBytes(WebApplication app, string[] files)
    {
        var ready = files.ToDictionary(f => "/" + Path.GetFileName(f), File.ReadAllBytes, StringComparer.Ordinal);
        app.Run(async context =>
        {
            var bytes = ready[context.Request.Path.Value!];
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = bytes.Length;
            await context.Response.BodyWriter.WriteAsync(bytes);
        });
    }

    private static async Task<IResult> AnswerRowsAsync(
        NpgsqlDataSource database, string symbol, string tf, int limit, DateTimeOffset? start, DateTimeOffset? end, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "SELECT symbol, timeframe, bar_ts, open, high, low, close, volume FROM market.ohlcv"
            + " WHERE symbol = $1 AND timeframe = $2 AND bar_ts >= $3 AND bar_ts < $4 ORDER BY bar_ts DESC LIMIT $5");
        command.Parameters.Add(new() { Value = symbol });
        command.Parameters.Add(new() { Value = tf });
        command.Parameters.Add(new() { Value = (start ?? DateTimeOffset.MinValue).UtcDateTime });
        command.Parameters.Add(new() { Value = (end ?? DateTimeOffset.MaxValue).UtcDateTime });
        command.Parameters.Add(new() { Value = limit });
        var rows = new List<Row>(limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new Row(
                reader.GetString(0), reader.GetString(1), reader.GetDateTime(2), reader.GetDecimal(3), reader.GetDecimal(4), reader.GetDecimal(5),
                reader.GetDecimal(6), reader.IsDBNull(7) ? null : reader.GetDecimal(7)));
        }

        return Results.Json(new { success = true, data = rows });
    }

    private sealed record Row(
        string Symbol, string Timeframe, [property: JsonPropertyName("bar_ts")] DateTime BarTs, decimal Open, decimal High, decimal Low, decimal Close, decimal? Volume);
}
