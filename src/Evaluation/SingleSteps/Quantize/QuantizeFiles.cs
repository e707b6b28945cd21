using Cluster.Evaluation.Artefacts;
using Cluster.Evaluation.Inputs;
using Cluster.Plans;
using Cluster.Storage.Files;
using Cluster.Terminal;

namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>The files of one quantization: q.onnx, q.plan.json, and q.calibration where the numbers are new.</summary>
internal sealed class QuantizeFiles(string output)
{
    public string Model { get; } = output;

    public string Plan => Path.ChangeExtension(Model, ".plan.json");

    public string Calibration => Path.ChangeExtension(Model, ".calibration");

    /// <summary>Finished blocks of a rounding that is being learned; gone once the file is there.</summary>
    public string Rounding => Path.ChangeExtension(Model, ".rounding");

    /// <summary>Makes the folder, so that a name that cannot be written to is known before any work.</summary>
    /// <exception cref="UnauthorizedAccessException">It cannot be made or written to.</exception>
    public void Prepare(Action<string> say) => OutputPlace.PrepareFile(Model, say);

    /// <summary>Writes all of them, the model last: where it is, the rest is too.</summary>
    /// <param name="stored">The plan file as it came with its calibration folder, which needs no copy; null where the
    /// numbers are new.</param>
    public void Write(NetworkFile network, QuantizePlan plan, BuiltArtefact artefact, string? dataDigest, PlanFile? stored)
    {
        AtomicFile.Write(Plan, (stored is null ? Store(network, plan, artefact, dataDigest) : Stated(stored, plan)).Format());
        AtomicFile.Write(Model, artefact.Bytes);
        if (Directory.Exists(Rounding))
        {
            Directory.Delete(Rounding, recursive: true);
        }
    }

    // As it came, unless groups of it were kept in FP32: that is another plan, of the same inputs.
    private static PlanFile Stated(PlanFile stored, QuantizePlan plan) =>
        stored.Plan.Equals(plan.Plan) ? stored : new PlanFile(plan.Plan, stored.BuiltFrom, stored.Seed);

    private PlanFile Store(NetworkFile network, QuantizePlan plan, BuiltArtefact artefact, string? dataDigest)
    {
        var folder = new CalibrationFolder(Calibration, dataDigest, network.Identity);
        string statistics = folder.WriteStatistics(plan.Statistics);
        string? corrections = artefact.Network is { CorrectedBiases.Count: > 0 } built
            ? folder.WriteCorrections(built.CorrectedBiases)
            : null;
        string? learned = plan.Learned is { } parameters ? folder.WriteLearned(parameters) : null;
        return new PlanFile(
            plan.Plan,
            new BuiltFrom(network.Digest, statistics, corrections, learned, network.Prepared),
            plan.Seed);
    }
}
