using Cluster.Coordinator.Ports;

namespace Cluster.Cli.Verbs.Running;

/// <summary>
/// `cluster run --fleet`: the times of the other kinds of machines, from jobs that ran there; this machine is timed itself.
/// </summary>
internal sealed class FleetTimes : ILatencyTable
{
    private static readonly string Here = OpenedJob.CurrentVersions().InstructionSet;

    private readonly Dictionary<string, ILatencyTable> _tables = new(StringComparer.Ordinal);

    private FleetTimes()
    {
    }

    /// <summary>The request with its kinds named: this machine's first, unless they are named already.</summary>
    /// <exception cref="UsageException">Two kinds have one name.</exception>
    public static JobRequest Named(JobRequest request)
    {
        if (request.Fleet.Count == 0 || request.Options.Kinds is not null)
        {
            return request;
        }

        string[] kinds = [Here, .. Jobs(request).Select(job => job.Kind)];
        return kinds.Distinct(StringComparer.Ordinal).Count() == kinds.Length
            ? request with { Options = request.Options with { Kinds = kinds } }
            : throw new UsageException(
                $"--fleet has machines of the kinds {string.Join(", ", kinds)}, this one first, where each is expected once: name them "
                + "yourself, as in --fleet edge-box=OUT.");
    }

    /// <summary>The times that the job takes from elsewhere; null: none.</summary>
    /// <exception cref="JobException">The times of a kind are missing, or those of another job.</exception>
    public static ILatencyTable? Of(JobRequest request, JobSpec spec)
    {
        var plain = spec with { Options = spec.Options with { Kinds = null } };
        var own = request.LatencyTable is { } file ? LatencyTableFile.Read(file, plain.LatencyContext) : null;
        if (spec.Options.Kinds is not { } kinds)
        {
            return own;
        }

        var times = new FleetTimes();
        foreach (var (kind, job) in Jobs(request))
        {
            times._tables[kind] = StoredTimes.Of(job.Folder, job.State, (request.Output, plain));
        }

        if (own is not null)
        {
            times._tables[Here] = own;
        }

        return kinds.FirstOrDefault(kind => kind != Here && !times._tables.ContainsKey(kind)) is { } missing
            ? throw new JobException(
                $"The times of {missing} are asked for, and this machine is {Here}: give the folder of the same command's job there "
                + $"(--fleet {missing}=OUT), or submit the job to a cluster with a node of that kind.")
            {
                FailsOn = JobFault.Request,
            }
            : times;
    }

    /// <inheritdoc/>
    public LatencyResult? Find(LatencyItem item) => TableOf(item)?.Find(item);

    /// <inheritdoc/>
    public FinalTimingResult? Find(FinalTimingItem item) => TableOf(item)?.Find(item);

    /// <inheritdoc/>
    public ProfileResult? Find(ProfileItem item) => TableOf(item)?.Find(item);

    private ILatencyTable? TableOf(WorkItem item) => _tables.GetValueOrDefault(item.Kind!);

    // "OUT" is named by the processor that it ran on, "edge-box=OUT" by its user.
    private static IEnumerable<(string Kind, StoredJob Job)> Jobs(JobRequest request) => request.Fleet.Select(text =>
    {
        int sign = Directory.Exists(text) ? -1 : text.IndexOf('=', StringComparison.Ordinal);
        var job = StoredJob.Read(text[(sign + 1)..]);
        return (sign > 0 ? text[..sign] : job.State.Spec.Versions.InstructionSet, job);
    });
}
