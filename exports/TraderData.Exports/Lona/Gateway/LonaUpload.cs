using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;
using TraderData.Core;

namespace TraderData.Exports;

/// <summary>What is uploaded, and how the gateway is told what it is.</summary>
/// <param name="Name">The symbol's name there: <c>BTCUSDT_1h_20250101_20250601</c>.</param>
/// <param name="Exchange">The source, upper case.</param>
/// <param name="AssetClass">What is traded: <c>crypto</c>, <c>stock</c>.</param>
/// <param name="Timeframe">How long a bar is.</param>
/// <param name="Description">A text for people.</param>
public sealed record LonaUpload(string Name, string Exchange, string AssetClass, Timeframe Timeframe, string Description)
{
    /// <summary>The timeframes that Lona takes.</summary>
    public static readonly IReadOnlyList<string> Timeframes = ["1m", "5m", "15m", "30m", "1h", "4h", "1d"];

    /// <summary>The layout that the gateway takes: the six columns, times as <c>2024-01-01 00:00:00</c>.</summary>
    public static readonly LonaLayout Layout = new(LonaFormat.Csv, TimeFormat.DateTime);

    /// <summary>What a part of a series is called.</summary>
    public static LonaUpload Of(Series series, Provenance provenance, TimeRange range) => new(
        NameOf(series, range), series.Source.ToUpperInvariant(), AssetClassText.Of(provenance.AssetClass), series.Timeframe,
        $"{series.Symbol} {series.Timeframe} from {TimeText.Iso(range.StartMs)} to {TimeText.Iso(range.EndMs)}, by trader-data");

    /// <summary>The name of a part of a series: what is no letter or digit of the symbol (<c>BTC/USD</c>) becomes a hyphen.</summary>
    public static string NameOf(Series series, TimeRange range)
    {
        var symbol = string.Concat(series.Symbol.Select(c => char.IsLetterOrDigit(c) ? c : '-'));
        return $"{symbol}_{series.Timeframe}_{Stamp(range.StartMs)}_{Stamp(range.EndMs)}";
    }

    /// <summary>The body of an upload.</summary>
    /// <param name="file">The file; read once, and not disposed of.</param>
    internal MultipartFormDataContent Body(Stream file)
    {
        var data = new StreamContent(new UndisposedStream(file));
        data.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        data.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "\"file\"", FileName = "\"data.csv\"" };
        var metadata = new ByteArrayContent(Metadata());
        metadata.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "\"metadata\"" };
        return new MultipartFormDataContent { data, metadata };
    }

    private static string Stamp(long timeMs)
    {
        var time = DateTimeOffset.FromUnixTimeMilliseconds(timeMs);
        return time.ToString(time.TimeOfDay == TimeSpan.Zero ? "yyyyMMdd" : "yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture);
    }

    private byte[] Metadata()
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("data_type"u8, "ohlcv"u8);
            json.WriteString("name"u8, Name);
            json.WriteString("exchange"u8, Exchange);
            json.WriteString("asset_class"u8, AssetClass);
            json.WriteString("quote_currency"u8, "USD"u8);
            json.WriteStartObject("column_mapping"u8);
            foreach (var column in Layout.Columns)
                json.WriteString(column, column);
            json.WriteEndObject();
            json.WriteString("frequency"u8, Timeframe.ToString());
            json.WriteString("timezone"u8, "UTC"u8);
            json.WriteString("description"u8, Description);
            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    // Content disposes of its stream; this one is the caller's.
    private sealed class UndisposedStream(Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => inner.CanSeek;

        public override bool CanWrite => false;

        public override long Length => inner.Length;

        public override long Position
        {
            get => inner.Position;
            set => inner.Position = value;
        }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => inner.ReadAsync(buffer, offset, count, cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
