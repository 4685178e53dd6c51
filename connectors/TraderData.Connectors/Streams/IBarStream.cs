using TraderData.Core;

namespace TraderData.Connectors;

/// <summary>Bars as a source tells them over a connection that stays open. It only brings early what <see cref="IMarketDataSource"/> gives as well.</summary>
public interface IBarStream
{
    /// <summary>The source's name in a <see cref="Series"/>: <c>binance</c>.</summary>
    string Name { get; }

    /// <summary>The timeframes that it tells, shortest first.</summary>
    IReadOnlyList<Timeframe> Timeframes { get; }

    /// <summary>For how long the source may still change a closed bar after it told it first; zero when a closed bar is final.</summary>
    TimeSpan Settlement { get; }

    /// <summary>Shares series out among connections, as many on each as the source allows.</summary>
    IReadOnlyList<IReadOnlyList<Series>> Split(IReadOnlyList<Series> series);

    /// <summary>Opens a connection, and tells what comes until it breaks or is given up.</summary>
    /// <param name="series">One part of what <see cref="Split"/> gave.</param>
    /// <param name="listener">Is told, one call after the other.</param>
    /// <param name="cancellationToken">Closes the connection.</param>
    /// <exception cref="SourceException">
    /// The connection could not be made, broke, was silent for too long, or the source refuses. Another try helps unless <see cref="SourceException.Kind"/> is
    /// one that a person has to settle.
    /// </exception>
    Task ListenAsync(IReadOnlyList<Series> series, IBarListener listener, CancellationToken cancellationToken);
}

/// <summary>Is told what comes over a connection. Its members must be quick and must not throw.</summary>
public interface IBarListener
{
    /// <summary>From now on nothing is missed while the connection lasts.</summary>
    void Subscribed();

    /// <summary>A bar came.</summary>
    /// <param name="series">Its series, the object that was listened for.</param>
    /// <param name="bar">The bar as it is now; it meets <see cref="BarRules"/>.</param>
    /// <param name="isClosed">True when its interval is over: see <see cref="IBarStream.Settlement"/>. The same bar may come again.</param>
    void Heard(Series series, in Bar bar, bool isClosed);

    /// <summary>A message came that cannot be believed; nothing of it is told. The connection goes on.</summary>
    /// <param name="reason">What is wrong, with the message's text.</param>
    void Refused(BadDataException reason);
}
