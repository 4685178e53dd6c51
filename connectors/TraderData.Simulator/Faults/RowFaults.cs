using TraderData.Core;

namespace TraderData.Simulator;

/// <summary>Spoils the rows or the text of an answer.</summary>
internal static class RowFaults
{
    public static void Apply(Fault fault, WireAnswer answer, long nowMs)
    {
        var body = answer.Body.WrittenSpan.ToArray();
        var middle = answer.Rows.Count / 2;
        switch (fault.Kind)
        {
            case FaultKind.Truncated:
                Replace(answer, body.AsSpan(0, body.Length / 2));
                break;
            case FaultKind.HtmlPage:
                answer.ContentType = "text/html";
                Replace(answer, "<!DOCTYPE html><html><body><h1>We will be back soon</h1></body></html>"u8);
                break;
            case FaultKind.MalformedJson:
                // Where a row begins no bracket may close, and at the end only the one that is there.
                if (answer.Rows.Count > 0)
                    body[answer.Rows[middle].Start.Value] = (byte)'}';
                else
                    body[^1] = body[^1] == '}' ? (byte)']' : (byte)'}';
                Replace(answer, body);
                break;
            case FaultKind.UnsortedRows:
                Replace(answer, Swap(body, answer.Rows[Math.Max(middle, 1) - 1], answer.Rows[Math.Max(middle, 1)]));
                break;
            case FaultKind.DuplicateRow:
                Replace(answer, [.. body[..answer.Rows[middle].End], (byte)',', .. body[answer.Rows[middle]], .. body[answer.Rows[middle].End..]]);
                break;
            case FaultKind.RuleBreakingRow:
                Replace(answer, LiftLow(body, answer.Rows[middle]));
                break;
            case FaultKind.LyingFormingBar when body[0] == '[':
                Replace(answer, PastClose(body, answer.Rows[^1], nowMs));
                break;
        }
    }

    /// <summary>The value of a kline row by its column, or of a bar object by its key, without quotes.</summary>
    public static Range FieldOf(ReadOnlySpan<byte> row, int column, byte key)
    {
        var start = 1;
        if (row[0] == '{')
        {
            ReadOnlySpan<byte> name = [(byte)'"', key, (byte)'"'];
            start = row.IndexOf(name) + name.Length;
            start += row[start..].IndexOf((byte)':') + 1;
        }
        else
        {
            for (; column > 0; column--)
                start += row[start..].IndexOf((byte)',') + 1;
        }

        start += row[start..].IndexOfAnyExcept(" \r\n\t\""u8);
        return start..(start + row[start..].IndexOfAny(",}]\""u8));
    }

    private static byte[] Swap(byte[] body, Range first, Range second) =>
        [.. body[..first.Start], .. body[second], .. body[first.End..second.Start], .. body[first], .. body[second.End..]];

    /// <summary>The body with a low above the high in one row: a nine before the digits of the high is more, whatever the number.</summary>
    public static byte[] LiftLow(byte[] body, Range row)
    {
        var bytes = body[row];
        var (high, low) = (FieldOf(bytes, 2, (byte)'h'), FieldOf(bytes, 3, (byte)'l'));
        return [.. body[..row.Start], .. bytes[..low.Start], (byte)'9', .. bytes[high], .. bytes[low.End..], .. body[row.End..]];
    }

    private static byte[] PastClose(byte[] body, Range row, long nowMs)
    {
        var bytes = body[row];
        var close = FieldOf(bytes, 6, 0);
        Span<byte> digits = stackalloc byte[20];
        var length = Utf8Digits.Write((ulong)(nowMs - 1), digits);
        return [.. body[..row.Start], .. bytes[..close.Start], .. digits[..length], .. bytes[close.End..], .. body[row.End..]];
    }

    private static void Replace(WireAnswer answer, ReadOnlySpan<byte> body)
    {
        answer.Body.ResetWrittenCount();
        answer.Rows.Clear();
        answer.Append(body);
    }
}
