namespace Cluster.Grains.Jobs;

/// <summary>
/// The slot requests of a job's work. A file's own accuracy and times need slots that run the job's target, on one class of device. Work
/// with the same integers on every processor of a class may also run on GPU slots, on their host's processors; learning prefers them. What
/// is timed on a kind of machine needs a slot of that kind.
/// </summary>
internal sealed class SlotRequests(JobEntry job)
{
    private const int FloatBytes = sizeof(float);

    private readonly string _affinity = JobAffinity.Of(job);
    private readonly string[] _formats =
    [
        .. job.Space.Catalog.All
            .SelectMany(format => new[] { format.Weights.Name, format.Activations.Name })
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
    ];

    private EvaluatorVersions Versions => job.Spec.Versions;

    /// <summary>The request for work.</summary>
    /// <param name="place">What it depends on.</param>
    /// <param name="kind">The kind of machine to time it on; null: the job's own.</param>
    /// <param name="alone">Whether nothing else may run on the node.</param>
    public SlotRequest Of(WorkPlace place, string? kind, bool alone)
    {
        // Synthetic jobs name no instruction set, and run on every version of every node.
        if (Versions.InstructionSet.Length == 0)
        {
            return new SlotRequest(job.Id, _affinity, alone, Tenant: TenantName.Of(job));
        }

        var usesTarget = place.UsesTarget(Versions);
        return new SlotRequest(
            job.Id,
            _affinity,
            alone,
            NodeStatus.VersionsOf(Versions),
            Needs: new SlotNeeds
            {
                Host = kind is null ? Versions.InstructionSet : string.Empty,
                Target = usesTarget ? job.Spec.Options.Target : string.Empty,
                Device = kind ?? (usesTarget ? Versions.Device : null) ?? string.Empty,
                Formats = usesTarget ? _formats : [],
                MemoryBytes = usesTarget ? Memory() : 0,
                PrefersOwnDevice = place == WorkPlace.Learning || (usesTarget && Versions.Device is not null)
            },
            Tenant: TenantName.Of(job));
    }

    // Memory of a device: FP32 and the candidate are open at once, each with a batch of the largest tensor in progress. A lower bound,
    // because libraries may take more.
    private long Memory()
    {
        var weights = job.Space.Groups.Sum(group => group.Parameters);
        var largest = job.Space.Edges.Select(edge => edge.ElementsPerImage).DefaultIfEmpty().Max();
        return 2 * FloatBytes * (weights + (job.Spec.Options.Batch * largest));
    }
}
