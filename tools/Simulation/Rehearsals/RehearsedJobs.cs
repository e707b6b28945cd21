using Cluster.Coordinator.Running;

namespace Cluster.Simulation.Rehearsals;

/// <summary>Runs the jobs of a rehearsal as a cluster does.</summary>
internal sealed class RehearsedJobs(IReadOnlyDictionary<string, RehearsedJob> jobs, GrainOptions options, TimeProvider time) : IJobHost
{
    public JobRunnerOptions OptionsFor(JobEntry job) => new() { Workers = options.AttemptsPerJob, Time = time };

    public ISearchStrategy StrategyFor(JobEntry job) => jobs[job.Id].Strategy();
}
