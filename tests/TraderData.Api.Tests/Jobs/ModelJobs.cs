using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Api.Tests;

/// <summary>A schedule in memory, with a history and the budget of one source.</summary>
internal sealed class ModelJobs : IJobControl
{
    public List<ScheduledJob> Jobs { get; } = [];

    public MemoryJobHistory History { get; } = new();

    public MemoryBudgetStore Budgets { get; } = new();

    public List<string> Done { get; } = [];

    public void AddTo(WebApplicationBuilder builder) =>
        builder.Services.AddSingleton<IJobControl>(this).AddSingleton<IJobHistory>(History).AddSingleton<IBudgetStore>(Budgets);

    public Task<IReadOnlyList<ScheduledJob>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ScheduledJob>>(Jobs);

    public Task<bool> RunAsync(string name, CancellationToken cancellationToken) => Act("run", name);

    public Task<bool> PauseAsync(string name, CancellationToken cancellationToken) => Act("pause", name);

    public Task<bool> ResumeAsync(string name, CancellationToken cancellationToken) => Act("resume", name);

    private Task<bool> Act(string verb, string name)
    {
        var isThere = Jobs.Exists(job => job.Name == name);
        if (isThere)
            Done.Add($"{verb} {name}");
        return Task.FromResult(isThere);
    }
}
