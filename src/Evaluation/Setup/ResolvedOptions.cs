namespace Cluster.Evaluation.Setup;

/// <summary>
/// A new job's options on their way to its spec: what they leave open follows from the target, before any file is read, then from network
/// and data. Limits and contradictions are checked here, once.
/// </summary>
internal sealed class ResolvedOptions
{
    private readonly JobOptions _asked;

    /// <param name="options">As they were asked for.</param>
    /// <param name="hasTrainingImages">Whether the job names training images.</param>
    /// <exception cref="JobException">They are out of their limits, or contradict each other or the target.</exception>
    public ResolvedOptions(JobOptions options, ITarget target, bool hasTrainingImages)
    {
        var formats = options.Kinds is null ? target.SearchedFormats : [GroupFormat.Int8Safe];
        _asked = options with { Formats = options.Formats ?? [.. formats.Select(format => format.Text)] };
        string? fault = _asked.Decided(hasTrainingImages).Fault() ?? (options.Kinds is not null && target.UsesGpu
            ? $"{JobLimits.Kinds.Name} names kinds of processors, and {target.Name} computes on a GPU: leave one of them out."
            : null);
        if (fault is not null)
        {
            throw new JobException(fault) { FailsOn = JobFault.Request };
        }
    }

    /// <summary>The options with nothing left open.</summary>
    /// <exception cref="JobException">A step that was asked for is not possible.</exception>
    public JobOptions For(NetworkFile network, JobData data)
    {
        // A network without layers for it is not equalized, and the spec says so.
        var equalize = network.Prepared == BuiltFrom.Equalized ? ChannelScaling.On : (ChannelScaling?)null;
        return LearningChoice.Decided(_asked with { Equalize = equalize }, data, network).Decided(data.Training is not null);
    }
}
