using Cluster.Coordinator.Search;
using Cluster.Coordinator.Search.Strategies.Explorations;

namespace Cluster.Silo.Hosting;

/// <summary>
/// Runs a cluster's jobs: nodes do the work, lost machines and faults of coordination are waited out, and an impossible job fails.
/// </summary>
internal sealed partial class ClusterJobHost : IJobHost
{
    private readonly GrainOptions _grains;
    private readonly FolderEvaluationCache? _cache;
    private readonly SearchGauges _searches;
    private readonly ILogger<ClusterJobHost> _logger;

    /// <param name="grains">Limits of jobs.</param>
    /// <param name="cache">Folder of results kept across jobs, or null for none.</param>
    /// <param name="searches">Shows what is found.</param>
    /// <param name="logger">Receives results that could not be kept there.</param>
    public ClusterJobHost(GrainOptions grains, string? cache, SearchGauges searches, ILogger<ClusterJobHost> logger)
    {
        _grains = grains;
        _searches = searches;
        _logger = logger;
        _cache = cache is null ? null : SharedResults.In(cache, LogUnshared);
    }

    public JobRunnerOptions OptionsFor(JobEntry job) => new()
    {
        Workers = _grains.AttemptsPerJob,
        Cache = _cache,
        Progress = _searches.Of(job.Id),
        Pictures = true,
    };

    public ISearchStrategy StrategyFor(JobEntry job) => SearchStrategies.Of(job.Spec.Options);

    [LoggerMessage(
        EventId = 1501, Level = LogLevel.Warning, Message = "Results that jobs share (--cache) lack one or take too much room: {Problem}")]
    private partial void LogUnshared(string problem);
}
