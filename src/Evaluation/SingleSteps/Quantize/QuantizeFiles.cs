using Cluster.Evaluation.Publishing;

namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>The files of one quantization: q.onnx, q.plan.json, and q.calibration if the numbers are new.</summary>
internal sealed class QuantizeFiles(string output)
{
    public string Model { get; } = output;

    public string Plan => Path.ChangeExtension(Model, ".plan.json");

    public string Calibration => Path.ChangeExtension(Model, ".calibration");

    /// <summary>Finished blocks while a rounding is being learned; deleted once the file exists.</summary>
    public string Rounding => Path.ChangeExtension(Model, ".rounding");

    /// <summary>Checkpoints while the plan is being trained, likewise.</summary>
    public string Training => Path.ChangeExtension(Model, ".training");

    /// <summary>The trained file, its plan and its numbers, where the plan's own file was better: q.trained.onnx and so on.</summary>
    public QuantizeFiles Trained => new(Path.ChangeExtension(Model, ".trained.onnx"));

    /// <summary>Creates the folder, so that an unusable name is detected before any work.</summary>
    /// <exception cref="UnauthorizedAccessException">It cannot be created or written to.</exception>
    public void Prepare(Action<string> say) => OutputPlace.PrepareFile(Model, say);

    /// <summary>Writes all of them, the model last: if it exists, the others do too.</summary>
    /// <param name="stored">The original plan file, whose calibration folder needs no copy; null if the numbers are new.</param>
    public void Write(NetworkFile network, QuantizePlan plan, BuiltArtefact artefact, string? dataDigest, PlanFile? stored)
    {
        AtomicFile.Write(Plan, (stored is null ? Store(network, plan, artefact, dataDigest) : Stated(stored, plan)).Format());
        ModelFiles.Write(Model, artefact.File);
        Array.ForEach([Rounding, Training], WorkFolders.Delete);
    }

    /// <summary>Deletes those of an earlier run.</summary>
    public void Delete()
    {
        Array.ForEach([Model, ModelFile.DataName(Model), Plan], File.Delete);
        WorkFolders.Delete(Calibration);
    }

    // Unchanged, unless groups of it were kept in FP32: that is another plan, of the same inputs.
    private static PlanFile Stated(PlanFile stored, QuantizePlan plan) =>
        stored.Plan.Equals(plan.Plan) ? stored : new PlanFile(plan.Plan, stored.BuiltFrom, stored.Seed);

    private PlanFile Store(NetworkFile network, QuantizePlan plan, BuiltArtefact artefact, string? dataDigest)
    {
        var folder = new CalibrationFolder(Calibration, dataDigest, network.Identity);
        string statistics = folder.WriteStatistics(plan.Statistics);
        string? learned = plan.Learned is { } parameters ? folder.WriteLearned(parameters) : null;
        return BuiltPlan.Of(folder, statistics, network, plan.Plan, artefact, learned, plan.Seed);
    }
}
