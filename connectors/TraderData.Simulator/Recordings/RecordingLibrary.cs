using System.Text.Json;
using TraderData.Core;

namespace TraderData.Simulator;

/// <summary>
/// Recorded answers as series. Files of one symbol and timeframe are merged by opening time; where two hold the same time, the file whose name comes
/// later (ordinal) wins. In <c>binance/wire</c> symbol and interval stand in the file name: <c>klines_BTCUSDT_1m_….json</c>, or a cassette
/// <c>….exvcr.json</c>. In <c>binance/csv</c> the archives of twelve columns, <c>BTCUSDT-1h-2023-01.csv</c>, also with <c>.gz</c>. In
/// <c>alpaca/wire</c> the timeframe stands in the file name and the symbols in the body: <c>bars_…_1Day_….json</c>, <c>crypto_bars_….vcr.yml</c>.
/// Other files are passed over.
/// </summary>
internal sealed class RecordingLibrary
{
    private static readonly string[] Folders = ["alpaca/wire", "binance/csv", "binance/wire"];
    private static readonly string[] Wires = ["alpaca", "binance"];

    private readonly SortedDictionary<(string Wire, string Symbol, long DurationMs), RecordedSeries> _series = [];
    private readonly Dictionary<string, HashSet<string>> _symbols = [];

    private RecordingLibrary(Dictionary<(string Wire, string Symbol, Timeframe Timeframe), SortedList<long, ReadOnlyMemory<byte>>> gathered)
    {
        foreach (var ((wire, symbol, timeframe), rows) in gathered)
        {
            var info = new RecordedSeriesInfo(wire, symbol, timeframe, rows.Keys[0], rows.Keys[^1], rows.Count);
            _series[(wire, symbol, timeframe.DurationMs)] = new RecordedSeries(info, [.. rows.Keys], [.. rows.Values]);
        }

        foreach (var wire in Wires)
            _symbols[wire] = _series.Keys.Where(key => key.Wire == wire).Select(key => key.Symbol).ToHashSet();
    }

    public IEnumerable<RecordedSeries> Series => _series.Values;

    /// <summary>Reads a folder.</summary>
    /// <exception cref="DirectoryNotFoundException">It is not there.</exception>
    /// <exception cref="BadDataException">A file cannot be read.</exception>
    public static RecordingLibrary Load(string folder)
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"no folder of recordings at '{folder}'");
        var gathered = new Dictionary<(string, string, Timeframe), SortedList<long, ReadOnlyMemory<byte>>>();
        foreach (var (path, file) in Files(folder))
        {
            try
            {
                foreach (var (key, timeMs, row) in RecordingFile.Read(path))
                {
                    if (!gathered.TryGetValue(key, out var rows))
                        gathered[key] = rows = [];
                    rows[timeMs] = row;
                }
            }
            catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or InvalidDataException)
            {
                throw new BadDataException(file, e.Message, "a recorded answer", inner: e);
            }
        }

        return new RecordingLibrary(gathered);
    }

    public RecordedSeries? Find(string wire, string symbol, Timeframe timeframe) => _series.GetValueOrDefault((wire, symbol, timeframe.DurationMs));

    public HashSet<string> SymbolsOf(string wire) => _symbols[wire];

    private static IEnumerable<(string Path, string File)> Files(string folder) =>
        Folders.Select(part => Path.Combine(folder, part))
            .Where(Directory.Exists)
            .SelectMany(part => Directory.EnumerateFiles(part))
            .Select(path => (path, Path.GetFileName(path)))
            .OrderBy(file => file.Item2, StringComparer.Ordinal);
}
