using Orleans.GrainDirectory;

namespace Cluster.Grains.Candidates;

/// <summary>
/// See <see cref="ICandidateGrain"/>. It is active from the start of its work until the result is durable; where nothing began, or not any
/// more, Orleans collects it.
/// </summary>
[Reentrant]
[OnGrantedNode]
[GrainDirectory(KeyDirectory.Name)]
[GrainType("cluster-candidate")]
[CollectionAgeLimit(Minutes = 2)]
internal sealed class CandidateGrain(LocalWork work) : Grain, ICandidateGrain
{
    private LocalAttempt? _attempt;

    private LocalAttempt? Known => _attempt is { Dropped.IsCompleted: false } ? _attempt : null;

    public Task<CandidateReply> BeginAsync(Assignment assignment, Carried item, TimeSpan wait, CancellationToken cancellationToken)
    {
        if (Known is null)
        {
            if (work.Begin(assignment, item.Value<WorkItem>(), out _attempt) is { } refused)
            {
                return Task.FromResult(refused);
            }

            _ = HostAsync(_attempt!);
        }

        return _attempt!.WaitAsync(wait, cancellationToken);
    }

    public Task<CandidateReply> WaitAsync(TimeSpan wait, CancellationToken cancellationToken) =>
        Known?.WaitAsync(wait, cancellationToken) ?? Task.FromResult(new CandidateReply(CandidatePhase.Unknown));

    public Task StopAsync() => Known?.StopAsync() ?? Task.CompletedTask;

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (Known is { } known)
        {
            // Orleans ends it, with the silo: what still runs would have no reader.
            await known.StopAsync();
            work.Drop(known);
        }
    }

    private async Task HostAsync(LocalAttempt attempt)
    {
        DelayDeactivation(Timeout.InfiniteTimeSpan);
        await attempt.Dropped;
        DeactivateOnIdle();
    }
}
