using Cluster.Export.Paddle;

namespace Cluster.Evaluation.Artefacts;

/// <summary>A plan's thresholds for PaddleSlim, next to the measured file: symmetric ones, as the format has no zero points.</summary>
internal static class PaddleFile
{
    /// <summary>Writes the list of operators.</summary>
    /// <param name="stem">Path of the file without its suffix.</param>
    /// <param name="settings">The plan, one setting a group.</param>
    /// <param name="observe">As for <see cref="PaddleNetwork.Of"/>.</param>
    /// <param name="ranges">Largest magnitudes by tensor, which replace those of the plan's calibrators.</param>
    /// <returns>Path of the written file.</returns>
    public static string Write(
        string stem,
        BuiltArtefact artefact,
        IReadOnlyList<GroupDecision> settings,
        CalibrationStatistics statistics,
        Func<IReadOnlyList<string>, CalibrationStatistics>? observe,
        IReadOnlyDictionary<string, float>? ranges = null)
    {
        var network = artefact.Network is { } built ? PaddleNetwork.Of(built, settings, statistics, observe, ranges) : null;
        string path = stem + ".paddle.json";
        AtomicFile.Write(path, PaddleScales.Write(network));
        return path;
    }
}
