namespace Cluster.Evaluation.Inputs;

/// <summary>A user's request for a local job, as typed.</summary>
public sealed record JobRequest
{
    /// <summary>Model and data, as typed.</summary>
    public required JobInputs Inputs { get; init; }

    /// <summary>The job's options; they and the inputs determine its identity.</summary>
    public JobOptions Options { get; init; } = new();

    /// <summary>Folder that the job writes to and resumes from.</summary>
    public required string Output { get; init; }

    /// <summary>Candidates evaluated at once; the result does not depend on it.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Bytes that the process should stay below, at least <see cref="WorkingMemory.Least"/>; null: half of the
    /// machine's. The answer does not depend on it.</summary>
    public long? Memory { get; init; }

    /// <summary>Folder of results across jobs; null for none.</summary>
    public string? Cache { get; init; }

    /// <summary>Path of labels for evaluation images that have none; null for none.</summary>
    public string? Labels { get; init; }

    /// <summary>
    /// Path of the latency observations of an earlier run, used instead of measuring; null to measure.
    /// </summary>
    public string? LatencyTable { get; init; }

    /// <summary>
    /// Folders of jobs that ran on other kinds of machines, whose times are used for these: "OUT", or "KIND=OUT"; empty: none.
    /// </summary>
    public IReadOnlyList<string> Fleet { get; init; } = [];

    /// <summary>Starts over in an output folder that holds a finished or interrupted job.</summary>
    public bool Fresh { get; init; }

    /// <summary>Times the finalists of a finished job again, and measures nothing else.</summary>
    public bool Retime { get; init; }
}
