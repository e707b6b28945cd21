namespace Cluster.Evaluation.Publishing;

/// <summary>Writes a plan for the runtimes that <see cref="JobOptions.AlsoExport"/> names.</summary>
/// <param name="stem">Path of the files without their suffixes.</param>
/// <param name="kept">Names of the groups that the user keeps in FP32.</param>
/// <param name="ranges">Largest magnitudes by tensor, which replace those of the plan's calibrators.</param>
internal sealed class ExtraFiles(
    string stem, EvaluationSetup setup, IReadOnlySet<string> kept, IReadOnlyDictionary<string, float>? ranges = null)
{
    /// <summary>Writes the files of each runtime, in the order of <see cref="ExtraExport.All"/>.</summary>
    /// <returns>For each, its files, and what to say of them.</returns>
    public IReadOnlyList<(IReadOnlyList<string> Paths, IReadOnlyList<string> Words)> Write(
        JobOptions options, BuiltArtefact artefact, Plan plan)
    {
        var settings = setup.Translator.Settings(plan);
        return [.. ExtraExport.All.Where(runtime => options.AlsoExport?.Contains(runtime) == true).Select(runtime => runtime switch
        {
            ExtraExport.TensorRt => TensorRt(artefact, settings),
            ExtraExport.TensorRtStronglyTyped => StronglyTyped(artefact, settings),
            _ => Paddle(artefact, settings),
        })];
    }

    private (IReadOnlyList<string> Paths, IReadOnlyList<string> Words) TensorRt(
        BuiltArtefact artefact, IReadOnlyList<GroupDecision> settings)
    {
        var files = new TensorRtFiles(stem);
        var written = files.Write(artefact, settings, setup.Statistics, setup.Parity.FailureOf, ranges);
        return (written, [written.Contains(files.Broken)
            ? $"warning: the network would break rules of TensorRT's explicit quantization, or not compute the plan; {files.Broken} "
                + "says which, nothing else was written for TensorRT"
            : $"wrote {string.Join(", ", written)} for TensorRT, which is not here: the network was compared in ONNX Runtime"]);
    }

    private (IReadOnlyList<string> Paths, IReadOnlyList<string> Words) StronglyTyped(
        BuiltArtefact artefact, IReadOnlyList<GroupDecision> settings)
    {
        var samples = setup.Parity.Samples
            ?? throw new InvalidOperationException("A strongly typed file is made without samples to find ranges on.");
        var file = new StronglyTypedFile(stem, setup.Network.Float32Model, samples);
        string written = file.Write(artefact, settings, setup.Network.Grouped, kept, setup.Statistics, ranges);
        return ([written], written == file.Broken
            ? [$"warning: the network would break rules of strongly typed networks, or not compute the plan; {written} says which, no "
                + "network was written for TensorRT 11"]
            : [
                $"wrote {written} for TensorRT 11, which is not here: the network was compared in ONNX Runtime",
                .. file.Float32.Select(words => $"there {words}"),
            ]);
    }

    private (IReadOnlyList<string> Paths, IReadOnlyList<string> Words) Paddle(
        BuiltArtefact artefact, IReadOnlyList<GroupDecision> settings)
    {
        Func<IReadOnlyList<string>, CalibrationStatistics>? observe = setup.HasCalibration
            ? tensors => CalibrationPass.Run(setup.Float32, setup.Calibration, tensors, setup.Cores, CancellationToken.None)
            : null;
        string written = PaddleFile.Write(stem, artefact, settings, setup.Statistics, observe, ranges);
        return ([written], [$"wrote {written} for PaddleSlim"
            + (observe is null ? ", without ranges of what only operators without weights read or write, as there are no samples" : "")]);
    }
}
