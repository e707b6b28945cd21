using System.Text.Json;
using Cluster.Plans;
using Cluster.Storage.Files;

namespace Cluster.Bench.Ladder;

/// <summary>ladder.json in the folder of the steps' files: what --json prints and --time goes on from.</summary>
/// <param name="Best">Index of the last step that was carried on.</param>
/// <param name="Machine">Where and with what it was made.</param>
/// <param name="TimedAt">When latencies were taken, and the load average then; null where they were not.</param>
internal sealed record LadderFile(LadderOptions Options, IReadOnlyList<LadderRow> Rows, int Best, string Machine, string? TimedAt)
{
    public static LadderFile Read(string folder)
    {
        string path = PathIn(folder);
        return File.Exists(path)
            ? JsonSerializer.Deserialize<LadderFile>(File.ReadAllBytes(path), PlanJson.Options)
                ?? throw new JobException($"{path} is empty: climb the ladder again.")
            : throw new JobException($"There is no {path}: give the folder that a ladder was kept in with --keep.");
    }

    public string Format() => JsonSerializer.Serialize(this, PlanJson.Indented) + "\n";

    public void Write(string folder) => AtomicFile.Write(PathIn(folder), Format());

    private static string PathIn(string folder) => Path.Combine(folder, "ladder.json");
}
