using Cluster.Kernels.Export.Paddle;

namespace Cluster.Evaluation.Artefacts;

/// <summary>
/// A plan's thresholds for PaddleSlim, next to the measured file: symmetric ones, for the tensors that TensorRT's placement quantizes, as
/// both support no zero points.
/// </summary>
/// <param name="stem">Path of the file without its suffix.</param>
internal sealed class PaddleFile(string stem)
{
    /// <summary>The list of operators.</summary>
    public string Path => stem + ".paddle.json";

    /// <summary>Writes it.</summary>
    /// <param name="settings">The plan, one setting a group.</param>
    /// <param name="ranges">Largest magnitudes by tensor, which replace those of the plan's calibrators.</param>
    /// <returns>Paths of the written files.</returns>
    public IReadOnlyList<string> Write(
        BuiltArtefact artefact,
        IReadOnlyList<GroupDecision> settings,
        CalibrationStatistics statistics,
        IReadOnlyDictionary<string, float>? ranges = null)
    {
        var network = artefact.Network is { } built
            ? TensorRtNetwork.Of(built, settings, statistics, ranges)
            : null;
        AtomicFile.Write(Path, PaddleScales.Write(network));
        return [Path];
    }
}
