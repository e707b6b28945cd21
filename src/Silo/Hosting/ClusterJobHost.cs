using Cluster.Coordinator.Model;
using Cluster.Coordinator.Results;
using Cluster.Coordinator.Running;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Search.Strategies;
using Cluster.Grains.Ports;
using Cluster.Storage.Files;
using Microsoft.Extensions.Logging;

namespace Cluster.Silo.Hosting;

/// <summary>
/// Runs a cluster's jobs: nodes do the work, lost machines are waited for, faults of coordination too, and a job that cannot be done fails.
/// </summary>
internal sealed partial class ClusterJobHost : IJobHost
{
    private readonly GrainOptions _grains;
    private readonly FolderEvaluationCache? _cache;
    private readonly ILogger<ClusterJobHost> _logger;

    /// <param name="grains">Limits of jobs.</param>
    /// <param name="cache">Folder of results kept across jobs, or null for none.</param>
    /// <param name="logger">Told what could not be kept there.</param>
    public ClusterJobHost(GrainOptions grains, string? cache, ILogger<ClusterJobHost> logger)
    {
        _grains = grains;
        _logger = logger;
        _cache = cache is null ? null : new FolderEvaluationCache(cache, LogUnstored);
    }

    public bool IsUnattended => true;

    public JobRunnerOptions OptionsFor(JobEntry job) => new()
    {
        Workers = _grains.AttemptsPerJob,
        Cache = _cache,
        Distributed = true,
    };

    public ISearchStrategy StrategyFor(JobEntry job) => SearchStrategies.Of(job.Spec.Options);

    public void Ended(JobEntry job, JobOutcome? outcome, Exception? failure)
    {
    }

    [LoggerMessage(
        EventId = 1501, Level = LogLevel.Warning, Message = "A result was not kept for other jobs, which measure it again: {Problem}")]
    private partial void LogUnstored(string problem);
}
