using System.Threading.Channels;
using TraderData.Core;

namespace TraderData.Connectors.Tests;

/// <summary>Keeps what a connection tells.</summary>
internal sealed class Listener : IBarListener
{
    private readonly Channel<(Series Series, Bar Bar, bool IsClosed)> _bars = Channel.CreateUnbounded<(Series, Bar, bool)>();
    private readonly Channel<BadDataException> _refused = Channel.CreateUnbounded<BadDataException>();
    private readonly TaskCompletionSource _subscribed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task WhenSubscribed => _subscribed.Task;

    public void Subscribed() => _subscribed.SetResult();

    public void Heard(Series series, in Bar bar, bool isClosed) => _bars.Writer.TryWrite((series, bar, isClosed));

    public void Refused(BadDataException reason) => _refused.Writer.TryWrite(reason);

    public async Task<BadDataException> RefusalAsync(CancellationToken cancellationToken) => await _refused.Reader.ReadAsync(cancellationToken);

    /// <summary>The next bar of which that is true.</summary>
    public async Task<Bar> NextAsync(Func<Series, bool, bool> isIt, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (series, bar, isClosed) = await _bars.Reader.ReadAsync(cancellationToken);
            if (isIt(series, isClosed))
                return bar;
        }
    }
}
