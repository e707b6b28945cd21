using System.Globalization;

namespace Cluster.Coordinator.Model;

/// <summary>The winner of an earlier job, whose file a job holds against what that job promised of it, instead of searching.</summary>
/// <param name="Plan">Its plan.</param>
/// <param name="Sha256">SHA-256 of the deployed file.</param>
/// <param name="Run">When it is proved, UTC, ISO 8601 to the second: each run measures anew, and so is a job of its own.</param>
/// <param name="SpeedUp">FP32's median over its own when it won; null if it was not timed.</param>
/// <param name="Differ">Share of the images that it answered otherwise than FP32 when it won, 0 to 1.</param>
/// <param name="Images">How many those were counted on.</param>
/// <param name="Float32">Share of them that FP32 was right on; null where that was not counted.</param>
public sealed record DeployedWinner(
    Plan Plan, string Sha256, string Run, double? SpeedUp, double Differ, int Images, double? Float32 = null);

/// <summary>The files of a <see cref="DeployedWinner"/>: SHA-256 of artefacts or, in a job of this process, paths.</summary>
/// <param name="File">The deployed file.</param>
/// <param name="Plan">Its plan file.</param>
/// <param name="Result">The result of the job that found it.</param>
/// <param name="Statistics">The calibration statistics that it was built from.</param>
/// <param name="Run">See <see cref="DeployedWinner.Run"/>.</param>
public sealed record DeployedFiles(string File, string Plan, string Result, string Statistics, string Run)
{
    /// <summary>Its corrected biases; null: none.</summary>
    public string? Corrections { get; init; }

    /// <summary>Its learned numbers; null: none.</summary>
    public string? Learned { get; init; }

    /// <summary>All files.</summary>
    [JsonIgnore]
    public IEnumerable<string> All => new[] { File, Plan, Result, Statistics, Corrections, Learned }.OfType<string>();

    /// <summary>The same files elsewhere.</summary>
    public DeployedFiles At(Func<string, string> place) => new(place(File), place(Plan), place(Result), place(Statistics), Run)
    {
        Corrections = Corrections is null ? null : place(Corrections),
        Learned = Learned is null ? null : place(Learned),
    };

    /// <summary>The <see cref="Run"/> at a time.</summary>
    public static string RunAt(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
