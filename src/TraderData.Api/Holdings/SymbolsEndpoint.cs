using System.Text.Json;
using Microsoft.AspNetCore.Http;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>Lists what is held, grouped by symbol.</summary>
internal sealed class SymbolsEndpoint(IBarStore store)
{
    public static readonly IReadOnlyList<Parameter> Parameters = [];

    public async Task AnswerAsync(HttpContext context)
    {
        if (QueryText.Read(context.Request.QueryString, Parameters, out _) is { } error)
        {
            await ErrorAnswer.WriteAsync(context, error);
            return;
        }

        var held = await store.ListAsync(context.RequestAborted);
        await JsonAnswer.WriteDataAsync(context, held, Write);
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<SeriesInfo> held)
    {
        json.WriteStartObject();
        json.WriteBoolean("success"u8, value: true);
        json.WriteStartArray("data"u8);
        foreach (var symbol in held.GroupBy(s => (s.Series.Symbol, s.Series.Source)).OrderBy(g => g.Key.Symbol, StringComparer.Ordinal).ThenBy(g => g.Key.Source, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("symbol"u8, symbol.Key.Symbol);
            json.WriteString("source"u8, symbol.Key.Source);
            json.WriteString("asset_class"u8, AssetClassText.Of(symbol.Max(s => s.Provenance.AssetClass)));
            json.WriteStartArray("timeframes"u8);
            foreach (var series in symbol.OrderBy(s => s.Series.Timeframe.DurationMs))
                WriteSeries(json, series);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteSeries(Utf8JsonWriter json, SeriesInfo series)
    {
        json.WriteStartObject();
        json.WriteString("timeframe"u8, series.Series.Timeframe.ToString());
        json.WriteNumber("rows"u8, series.Rows);
        if (series is { FirstMs: { } first, LastMs: { } last })
        {
            json.WriteString("first"u8, TimeText.Iso(first));
            json.WriteString("last"u8, TimeText.Iso(last));
        }

        ProvenanceJson.Write(json, series.Provenance);
        json.WriteEndObject();
    }
}
