using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using TraderData.EndToEnd.Tests;

/// <summary>
/// Gives a program that knows nothing of it another clock: <c>DOTNET_STARTUP_HOOKS=…/TraderData.EndToEnd.Tests.dll</c> and the clock in
/// <see cref="FastTime.Variable"/>. The host announces itself before it is built, as tools that look into hosts expect; its <see cref="TimeProvider"/> is replaced then.
/// </summary>
[SuppressMessage("Design", "CA1050", Justification = "The runtime looks for this name outside of any namespace.")]
[SuppressMessage("Design", "MA0047", Justification = "As above.")]
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(FastTime.Variable) is { Length: > 0 } clock)
            DiagnosticListener.AllListeners.Subscribe(new Listeners(FastTime.Open(clock)));
    }

    private sealed class Listeners(TimeProvider time) : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
    {
        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Microsoft.Extensions.Hosting")
                value.Subscribe(this);
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value is { Key: "HostBuilding", Value: IHostBuilder builder })
                builder.ConfigureServices((_, services) => services.Replace(ServiceDescriptor.Singleton(time)));
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}
