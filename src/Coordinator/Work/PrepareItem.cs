namespace Cluster.Coordinator.Work;

/// <summary>
/// Read and check the files of a new job, and complete its spec: its entry only has inputs and options yet. In no
/// journal, as there is none before it.
/// </summary>
public sealed record PrepareItem() : WorkItem(string.Empty)
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => "reading of the job's files";
}

/// <summary>The files were read and are valid.</summary>
/// <param name="Spec">The complete spec.</param>
/// <param name="Space">The search space.</param>
/// <param name="UnsupportedOperators">Operators of groups for which the target has no 8-bit kernel: they stay in FP32.</param>
/// <param name="EstimatedItems">The likely number of measurements: all but those of the first round are an estimate.</param>
/// <param name="MostItems">The number if the search goes on as long as it can; 0 if unknown.</param>
/// <param name="Warnings">Reasons to trust a result less, one sentence each.</param>
public sealed record PreparedResult(
    JobSpec Spec,
    SearchSpace Space,
    IReadOnlyList<string> UnsupportedOperators,
    int EstimatedItems,
    int MostItems,
    IReadOnlyList<string> Warnings) : WorkResult;

/// <summary>The job is impossible: its files or options are at fault.</summary>
/// <param name="Fault">What is at fault.</param>
/// <param name="Field">The field of the request's spec, such as "calibration"; empty if it is no single one.</param>
/// <param name="Message">A sentence: what was found, what was expected, what to do.</param>
public sealed record RefusedResult(JobFault Fault, string Field, string Message) : WorkResult;
